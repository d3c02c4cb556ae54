package openapi_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/docs/openapi"
)

func TestServe(t *testing.T) {
	t.Parallel()
	answer := httptest.NewRecorder()
	openapi.Handler().ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, openapi.Path, http.NoBody))
	require.Equal(t, http.StatusOK, answer.Code)
	require.Equal(t, "application/json", answer.Header().Get("Content-Type"))

	var description struct {
		Swagger string `json:"swagger"`
		Info    struct{ Title, Version string }
		Paths   map[string]any `json:"paths"`
	}
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &description))
	require.Equal(t, "2.0", description.Swagger)
	require.Equal(t, "evoted", description.Info.Title)
	require.Equal(t, "v1", description.Info.Version)
	require.Contains(t, description.Paths, "/evoted/authority/v1/authorities")
}
