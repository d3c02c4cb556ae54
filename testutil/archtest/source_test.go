package archtest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// module is the import path of the module.
const module = "github.com/evoted/evoted"

// source is one Go file of the module.
type source struct {
	// path of the file from the root of the module, with slashes.
	path string
	// dir is the package's path from the root of the module.
	dir       string
	test      bool
	generated bool
	lines     int
	file      *ast.File
	set       *token.FileSet
}

// imports returns the import paths of the file.
func (s source) imports() []string {
	paths := make([]string, 0, len(s.file.Imports))
	for _, spec := range s.file.Imports {
		value, err := strconv.Unquote(spec.Path.Value)
		if err == nil {
			paths = append(paths, value)
		}
	}
	return paths
}

// at tells where a node is, for messages.
func (s source) at(node ast.Node) string {
	return s.path + ":" + strconv.Itoa(s.set.Position(node.Pos()).Line)
}

// within reports whether dir is one of the roots or below one.
func within(dir string, roots ...string) bool {
	return slices.ContainsFunc(roots, func(root string) bool {
		return dir == root || strings.HasPrefix(dir, root+"/")
	})
}

// load reads all Go files of the module once.
var load = sync.OnceValues(func() ([]source, error) {
	root := filepath.Join("..", "..")
	var sources []source
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		relative = filepath.ToSlash(relative)
		if entry.IsDir() {
			if relative != "." && (strings.HasPrefix(entry.Name(), ".") || within(relative, "third_party", "tools", "build")) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(relative, ".go") {
			return nil
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, relative, content, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		sources = append(sources, source{
			path: relative, dir: path.Dir(relative), test: strings.HasSuffix(relative, "_test.go"),
			generated: ast.IsGenerated(file) || strings.HasSuffix(relative, ".pb.go") || strings.HasSuffix(relative, ".pb.gw.go"),
			lines:     strings.Count(string(content), "\n"), file: file, set: set,
		})
		return nil
	})
	return sources, err
})

// sources returns the files of the module.
func sources(t *testing.T) []source {
	t.Helper()
	all, err := load()
	require.NoError(t, err)
	require.NotEmpty(t, all)
	return all
}
