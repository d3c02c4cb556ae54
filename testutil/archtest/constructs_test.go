package archtest_test

import (
	"go/ast"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// maxLines is the length of a file a reader still finds his way in.
const maxLines = 500

func TestFileLength(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if !s.generated {
			assert.LessOrEqual(t, s.lines, maxLines, s.path)
		}
	}
}

// TestDeterminism: every node must compute the same from the same blocks, so the state
// machine has no clock, no randomness, no goroutine, no environment and no floats.
func TestDeterminism(t *testing.T) {
	t.Parallel()
	for _, s := range sources(t) {
		if s.test || s.generated || !within(s.dir, types, keeper, ante, "x/authority/types", "x/authority/keeper") {
			continue
		}
		for _, imported := range s.imports() {
			assert.NotContains(t, []string{"math/rand", "math/rand/v2", "crypto/rand", "os", "net", "net/http", "runtime"}, imported, s.path)
		}
		ast.Inspect(s.file, func(node ast.Node) bool {
			switch n := node.(type) {
			case *ast.GoStmt:
				t.Errorf("%s starts a goroutine", s.at(n))
			case *ast.SelectorExpr:
				if pkg, ok := n.X.(*ast.Ident); ok && pkg.Name == "time" {
					assert.NotContains(t, []string{"Now", "Since", "Until", "Sleep", "After", "Tick", "NewTimer"}, n.Sel.Name, s.at(n))
				}
			case *ast.Ident:
				assert.NotContains(t, []string{"float32", "float64"}, n.Name, s.at(n))
			}
			return true
		})
	}
}

// TestForeignBytes: gnark's decoders allocate what a length prefix in the bytes asks for,
// which ends the process and cannot be recovered from. Only keys, whose digest is known,
// are read with them; a proof is parsed at its fixed size.
func TestForeignBytes(t *testing.T) {
	t.Parallel()
	decoders := []string{"ReadFrom", "UnsafeReadFrom", "UnmarshalBinary", "ReadDump", "NewDecoder"}
	for _, s := range sources(t) {
		if s.test || s.generated || within(s.dir, proofKey, keyfile, prove) || !usesGnark(s) {
			continue
		}
		ast.Inspect(s.file, func(node ast.Node) bool {
			if selector, ok := node.(*ast.SelectorExpr); ok {
				assert.NotContains(t, decoders, selector.Sel.Name, s.at(selector))
			}
			return true
		})
	}
}

func usesGnark(s source) bool {
	for _, imported := range s.imports() {
		if strings.HasPrefix(imported, "github.com/consensys/") {
			return true
		}
	}
	return false
}

// TestNoLeftovers: what is to be done is not written into the code.
func TestNoLeftovers(t *testing.T) {
	t.Parallel()
	words := []string{"TO" + "DO", "FIX" + "ME", "XX" + "X"}
	for _, s := range sources(t) {
		if s.generated {
			continue
		}
		for _, group := range s.file.Comments {
			for _, word := range words {
				assert.NotContains(t, group.Text(), word, s.at(group))
			}
		}
		ast.Inspect(s.file, func(node ast.Node) bool {
			selector, ok := node.(*ast.SelectorExpr)
			if !ok || !s.test {
				return true
			}
			if receiver, isName := selector.X.(*ast.Ident); isName && receiver.Name == "t" {
				assert.NotContains(t, []string{"Skipf", "SkipNow"}, selector.Sel.Name, s.at(selector))
			}
			return true
		})
	}
}
