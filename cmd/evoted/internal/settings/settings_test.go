package settings

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const sample = `# a comment with key = "value"
name = "one"
count = 5
[section]
name = "two"
list = ["a", "b"]
[section.deep]
name = "three"
`

func TestReplace(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"name": `name = "new"`, "section.name": `name = "new"`, "section.deep.name": `name = "new"`,
	} {
		changed, err := replace(sample, key, "new")
		require.NoError(t, err)
		require.Contains(t, changed, want)
		require.Contains(t, changed, "# a comment")
		back, err := replace(changed, key, map[string]string{"name": "one", "section.name": "two", "section.deep.name": "three"}[key])
		require.NoError(t, err)
		require.Equal(t, sample, back)
	}
	changed, err := replace(sample, "count", "7")
	require.NoError(t, err)
	require.Contains(t, changed, "count = 7\n")

	_, err = replace(sample, "absent", "1")
	require.ErrorIs(t, err, errUnknownKey)
	_, err = replace(sample, "section.list", "c")
	require.ErrorContains(t, err, "does not fit")
	_, err = replace(sample, "count", "1\nother = 2")
	require.ErrorContains(t, err, "does not fit")
	changed, err = replace(sample, "name", `quote " and [bracket`)
	require.NoError(t, err)
	require.Contains(t, changed, `name = "quote \" and [bracket"`)
}

func TestCheck(t *testing.T) {
	t.Parallel()
	require.Error(t, check("comet", "[consensus]\ntimeout_commit = \"-1s\"\n"))
	require.Error(t, check("app", "minimum-gas-prices = \"\"\n"))
	require.Error(t, check("client", "not toml"))
	require.NoError(t, check("client", "node = \"tcp://a:1\"\n"))
}
