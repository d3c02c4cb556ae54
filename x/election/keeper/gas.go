package keeper

// The gas that the heavy work of a message costs, besides the store's own prices. It is
// charged before the work, and is a constant for the shape of the message: it does not
// depend on what a node has cached. One unit stands for about 20 ns of one core.
const (
	// GasElector is the price of one elector of a batch: two hashes of the leaf and about
	// one node of the tree.
	GasElector = 3_000
	// GasDealPoint is the price of one commitment of a deal: a subgroup check and its part
	// of the proofs.
	GasDealPoint = 10_000
	// GasShareSlot is the price of one slot of a decryption share: a subgroup check of the
	// share and of the sum, and its part of the proof.
	GasShareSlot = 40_000
	// GasSharePoint is the price of one commitment of the deals from which the verification
	// keys are made (slots x threshold x qualified dealers): decoding and adding it, as if
	// nothing were cached.
	GasSharePoint = 150
	// GasResultSlot is the price of one total: combining the shares and one multiplication.
	GasResultSlot = 40_000
	// GasTrusteeKey is the price of checking a trustee's key and its proof.
	GasTrusteeKey = 20_000
	// GasCreate is the price of checking a new election.
	GasCreate = 50_000
)
