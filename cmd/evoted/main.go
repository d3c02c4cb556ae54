// Command evoted runs a node of a chain for verifiable, secret voting, and is the tool of
// everybody who takes part in its elections.
package main

import (
	"os"

	"github.com/evoted/evoted/cmd/evoted/internal/root"
)

func main() {
	os.Exit(root.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
