// Package openapi holds the description of the chain's REST interface, generated from
// the protobuf files.
package openapi

import (
	_ "embed"
	"net/http"
)

// Path at which a node serves the description.
const Path = "/openapi.json"

//go:embed evoted.swagger.json
var document []byte

// Document returns the description, OpenAPI 2.0 in JSON.
func Document() []byte { return document }

// Handler serves the description.
func Handler() http.Handler { return http.HandlerFunc(serve) }

func serve(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(document)
}
