#!/usr/bin/env bash
# Copies the .proto files that ours import from the Go module cache into
# third_party/proto, so that generation needs no schema registry.
set -euo pipefail
cd "$(dirname "$0")/.."

moddir() { go list -m -f '{{.Dir}}' "$1"; }
toolmoddir() { go list -modfile=tools/go.mod -m -f '{{.Dir}}' "$1"; }

go mod download github.com/cosmos/cosmos-sdk github.com/cosmos/cosmos-proto github.com/cosmos/gogoproto
go mod download -modfile=tools/go.mod github.com/grpc-ecosystem/grpc-gateway

out=third_party/proto
rm -rf "$out"
mkdir -p "$out"/{cosmos-sdk,cosmos-proto,gogoproto/gogoproto,googleapis/google/api}
sdk=$(moddir github.com/cosmos/cosmos-sdk)
for part in cosmos amino tendermint; do
  cp -r "$sdk/proto/$part" "$out/cosmos-sdk/"
done
cp -r "$(moddir github.com/cosmos/cosmos-proto)/proto/cosmos_proto" "$out/cosmos-proto/"
cp "$(moddir github.com/cosmos/gogoproto)/gogoproto/gogo.proto" "$out/gogoproto/gogoproto/"
gateway=$(toolmoddir github.com/grpc-ecosystem/grpc-gateway)
cp "$gateway"/third_party/googleapis/google/api/{annotations,http}.proto "$out/googleapis/google/api/"
chmod -R u+w "$out"
