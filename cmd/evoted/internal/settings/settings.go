// Package settings holds `evoted config`, which shows and changes the three configuration
// files of a home directory: client.toml, app.toml and CometBFT's config.toml.
package settings

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	cmtcfg "github.com/cometbft/cometbft/config"
	"github.com/spf13/cobra"
	"github.com/spf13/viper"

	"github.com/cosmos/cosmos-sdk/client"
	serverconfig "github.com/cosmos/cosmos-sdk/server/config"

	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
)

// files are the names by which the commands know the configuration files.
var files = map[string]string{"client": "client.toml", "app": "app.toml", "comet": "config.toml"}

// errUnknownKey is returned for a key that is not in the file.
var errUnknownKey = errors.New("the file has no such key")

// Command returns `evoted config`.
func Command() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show and change the configuration files",
		Example: `  evoted config get client node
  evoted config set comet consensus.timeout_commit 800ms`,
		RunE: client.ValidateCmd,
	}
	cmd.AddCommand(getCommand(), setCommand())
	return cmd
}

func getCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "get client|app|comet [KEY]",
		Short: "Show one value of a configuration file, or the whole file",
		Example: `  evoted config get client
  evoted config get app api.address`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := locate(cmd, args[0])
			if err != nil {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if len(args) == 1 {
				_, err := cmd.OutOrStdout().Write(text)
				return err
			}
			_, value, err := find(strings.Split(string(text), "\n"), args[1])
			if err != nil {
				return explain(err, args)
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), strings.Trim(value, `"`))
			return err
		},
	}
}

func setCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "set client|app|comet KEY VALUE",
		Short: "Change one value of a configuration file",
		Long: `Change one value of a configuration file. A key in a section is written with a dot:
consensus.timeout_commit. The file is left as it was if a node could not start with it.`,
		Example: `  evoted config set client chain-id evoted-1
  evoted config set app api.address tcp://0.0.0.0:1317`,
		Args: cobra.ExactArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := locate(cmd, args[0])
			if err != nil {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			changed, err := replace(string(text), args[1], args[2])
			if err != nil {
				return explain(err, args)
			}
			if err := check(args[0], changed); err != nil {
				return fmt.Errorf("%s = %s is refused: %w", args[1], args[2], err)
			}
			return write(path, changed)
		},
	}
}

// locate returns the path of a configuration file.
func locate(cmd *cobra.Command, name string) (string, error) {
	file, ok := files[name]
	if !ok {
		return "", terminal.Usagef("unknown configuration file %q: use client, app or comet", name)
	}
	return filepath.Join(client.GetClientContextFromCmd(cmd).HomeDir, "config", file), nil
}

func explain(err error, args []string) error {
	return terminal.WithHint(fmt.Errorf("%s: %w", args[1], err), "see the keys with `evoted config get "+args[0]+"`")
}

// find returns the line of a key and its value as it is written. Keys of a section are
// written section.key.
func find(lines []string, key string) (index int, value string, err error) {
	section := ""
	for i, line := range lines {
		trimmed := strings.TrimSpace(line)
		if strings.HasPrefix(trimmed, "[") {
			section = strings.Trim(trimmed, "[]") + "."
			continue
		}
		name, value, found := strings.Cut(trimmed, "=")
		if found && !strings.HasPrefix(trimmed, "#") && section+strings.TrimSpace(name) == key {
			return i, strings.TrimSpace(value), nil
		}
	}
	return 0, "", errUnknownKey
}

// replace returns the text with another value for a key. A value keeps its quotation
// marks; comments stay.
func replace(text, key, value string) (string, error) {
	lines := strings.Split(text, "\n")
	i, old, err := find(lines, key)
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(old, `"`) {
		value = fmt.Sprintf("%q", value)
	}
	if strings.HasPrefix(old, "[") != strings.HasPrefix(value, "[") || strings.ContainsAny(value, "\n\r") {
		return "", fmt.Errorf("%s does not fit in the place of %s", value, old)
	}
	name, _, _ := strings.Cut(lines[i], "=")
	lines = slices.Clone(lines)
	lines[i] = strings.TrimRight(name, " ") + " = " + value
	return strings.Join(lines, "\n"), nil
}

// check tells whether a program could start with the text as its configuration.
func check(name, text string) error {
	v := viper.New()
	v.SetConfigType("toml")
	if err := v.ReadConfig(strings.NewReader(text)); err != nil {
		return err
	}
	switch name {
	case "comet":
		config := cmtcfg.DefaultConfig()
		if err := v.Unmarshal(config); err != nil {
			return err
		}
		return config.ValidateBasic()
	case "app":
		config, err := serverconfig.GetConfig(v)
		if err != nil {
			return err
		}
		return config.ValidateBasic()
	}
	return nil
}

// write replaces a file in one step and keeps its permissions.
func write(path, text string) (err error) {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	part, err := os.CreateTemp(filepath.Dir(path), ".config-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(part.Name()) }()
	_, err = part.WriteString(text)
	if err = errors.Join(err, part.Chmod(info.Mode().Perm()), part.Sync(), part.Close()); err != nil {
		return err
	}
	return os.Rename(part.Name(), path)
}
