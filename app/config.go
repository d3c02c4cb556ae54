package app

import (
	"os"
	"path/filepath"

	"google.golang.org/protobuf/reflect/protoreflect"

	"cosmossdk.io/core/address"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	addresscodec "github.com/cosmos/cosmos-sdk/codec/address"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/std"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	authtx "github.com/cosmos/cosmos-sdk/x/auth/tx"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"
	txsigning "github.com/cosmos/cosmos-sdk/x/tx/signing"
	"github.com/cosmos/gogoproto/proto"

	electiontypes "github.com/evoted/evoted/x/election/types"
)

const (
	// Name is the name of the application.
	Name = "evoted"
	// Bech32Prefix begins every account address.
	Bech32Prefix = "evoted"

	// validatorPrefix and consensusPrefix begin addresses that the SDK's tools print.
	validatorPrefix = Bech32Prefix + "valoper"
	consensusPrefix = Bech32Prefix + "valcons"
)

// DefaultNodeHome is the home directory of a node if none is given: .evoted in the user's
// home directory, or in the working directory if the user has none.
var DefaultNodeHome = defaultHome()

func defaultHome() string {
	home, err := os.UserHomeDir()
	if err != nil {
		home = "."
	}
	return filepath.Join(home, "."+Name)
}

// SetAddressPrefixes sets the prefixes with which the SDK's global configuration prints
// addresses. It must run before any address is printed and may run more than once.
func SetAddressPrefixes() {
	config := sdk.GetConfig()
	config.SetBech32PrefixForAccount(Bech32Prefix, Bech32Prefix+"pub")
	config.SetBech32PrefixForValidator(validatorPrefix, validatorPrefix+"pub")
	config.SetBech32PrefixForConsensusNode(consensusPrefix, consensusPrefix+"pub")
}

// AddressCodec returns the codec of account addresses.
func AddressCodec() address.Codec { return addresscodec.NewBech32Codec(Bech32Prefix) }

// EncodingConfig is how the application encodes its types.
type EncodingConfig struct {
	// InterfaceRegistry knows every message type of the chain.
	InterfaceRegistry codectypes.InterfaceRegistry
	// Codec encodes state, messages and JSON.
	Codec codec.Codec
	// TxConfig decodes and signs transactions.
	TxConfig client.TxConfig
	// Amino is the legacy codec that the SDK's tools still want.
	Amino *codec.LegacyAmino
}

// MakeEncodingConfig returns the encoding of the application with the types of all its
// modules. It panics if a message type does not say who signs it, which only a change of
// the code can cause.
func MakeEncodingConfig() EncodingConfig {
	options := txsigning.Options{
		AddressCodec:          AddressCodec(),
		ValidatorAddressCodec: addresscodec.NewBech32Codec(validatorPrefix),
	}
	// A ballot is signed by a key made for it alone, which no signer option can express.
	castBallot := protoreflect.FullName(proto.MessageName(&electiontypes.MsgCastBallot{}))
	options.DefineCustomGetSigners(castBallot, electiontypes.CastBallotSigner)

	registry, err := codectypes.NewInterfaceRegistryWithOptions(codectypes.InterfaceRegistryOptions{
		ProtoFiles:     proto.HybridResolver,
		SigningOptions: options,
	})
	if err != nil {
		panic(err)
	}
	std.RegisterInterfaces(registry)
	authtypes.RegisterInterfaces(registry)
	consensustypes.RegisterInterfaces(registry)
	electiontypes.RegisterInterfaces(registry)

	amino := codec.NewLegacyAmino()
	std.RegisterLegacyAminoCodec(amino)
	authtypes.RegisterLegacyAminoCodec(amino)
	consensustypes.RegisterLegacyAminoCodec(amino)

	cdc := codec.NewProtoCodec(registry)
	// One sign mode: the signature covers exactly the bytes that are sent.
	txConfig, err := authtx.NewTxConfigWithOptions(cdc, authtx.ConfigOptions{
		EnabledSignModes: []signing.SignMode{signing.SignMode_SIGN_MODE_DIRECT},
		ProtoDecoder:     boundedDecoder(authtx.DefaultTxDecoder(cdc)),
	})
	if err != nil {
		panic(err)
	}
	return EncodingConfig{InterfaceRegistry: registry, Codec: cdc, TxConfig: txConfig, Amino: amino}
}
