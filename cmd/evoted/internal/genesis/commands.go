package genesis

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/server"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/evoted/evoted/cmd/evoted/internal/terminal"
)

// Command returns `evoted genesis`.
func Command() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "genesis",
		Short: "Make and check the genesis file",
		Long: `Make and check the genesis file of a chain.

Every authority runs ` + "`evoted init`" + `. One of them adds all the authorities, the officials and
the circuit of the ballot to its genesis file and gives it to the others, who check it and
compare its SHA-256. The chain starts when more than two thirds of them run it.`,
		Example: `  evoted genesis add-authority --operator alice --endpoint https://vote.example.org --organisation "Example"
  evoted genesis add-official registrar
  evoted genesis add-circuit
  evoted genesis validate`,
		RunE: client.ValidateCmd,
	}
	cmd.AddCommand(addAuthorityCommand(), addOfficialCommand(), addCircuitCommand(), validateCommand(), showCommand())
	return cmd
}

// path returns the genesis file of the command's home directory.
func path(cmd *cobra.Command) string {
	config := server.GetServerContextFromCmd(cmd).Config
	config.SetRoot(client.GetClientContextFromCmd(cmd).HomeDir)
	return config.GenesisFile()
}

// open reads a genesis file, that of the home directory if no path is given.
func open(cmd *cobra.Command, args []string) (*Document, string, error) {
	file := path(cmd)
	if len(args) > 0 {
		file = args[0]
	}
	d, err := Load(client.GetClientContextFromCmd(cmd).Codec, file)
	if errors.Is(err, os.ErrNotExist) {
		err = terminal.WithHint(fmt.Errorf("there is no genesis file %s", file), "make one with `evoted init`")
	}
	return d, file, err
}

// change reads the genesis file of the home directory, changes it and writes it back.
func change(cmd *cobra.Command, apply func(*Document) error) error {
	d, file, err := open(cmd, nil)
	if err != nil {
		return err
	}
	if err := apply(d); err != nil {
		return err
	}
	return d.Save(file)
}

// resolve turns an address or the name of a key of the keyring into an address.
func resolve(cmd *cobra.Command, addressOrName string) (sdk.AccAddress, error) {
	if address, err := sdk.AccAddressFromBech32(addressOrName); err == nil {
		return address, nil
	}
	keyring := client.GetClientContextFromCmd(cmd).Keyring
	if keyring == nil {
		return nil, fmt.Errorf("%q is not an address, and there is no keyring", addressOrName)
	}
	record, err := keyring.Key(addressOrName)
	if err != nil {
		return nil, terminal.WithHint(
			fmt.Errorf("%q is neither an address nor a key of the keyring", addressOrName),
			"see the keys with `evoted keys list`, or make one with `evoted keys add "+addressOrName+"`")
	}
	return record.GetAddress()
}

// addKeyringFlags gives a command the flags by which a key name is looked up.
func addKeyringFlags(cmd *cobra.Command) {
	flags.AddKeyringFlags(cmd.Flags())
}
