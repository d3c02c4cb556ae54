package ballot

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/evoted/evoted/x/election/crypto/field"
)

// ErrReceipt reports a receipt that cannot be read or contradicts itself.
var ErrReceipt = errors.New("ballot: invalid receipt")

// ReceiptVersion is the version of the receipt's form.
const ReceiptVersion = 1

// maxReceipt bounds the size of a receipt in bytes.
const maxReceipt = 1 << 16

// Receipt shows that a ballot was stored, never what it says: it holds neither the
// choice nor the randomness nor the elector's secret.
type Receipt struct {
	// Version is ReceiptVersion.
	Version int `json:"version"`
	// ChainID and ElectionID say where the ballot was cast.
	ChainID    string `json:"chain_id"`
	ElectionID uint64 `json:"election_id"`
	// Revision of the ballot.
	Revision uint64 `json:"revision"`
	// TrackingCode is that of Digest.
	TrackingCode string `json:"tracking_code"`
	// Nullifier and Digest of the ballot, 32 bytes in lower-case hex.
	Nullifier string `json:"nullifier"`
	Digest    string `json:"digest"`
	// TxHash is the transaction's hash in hex, Height the block that holds it: 0 as long
	// as no node has confirmed that.
	TxHash string `json:"tx_hash"`
	Height int64  `json:"height"`
	// Node answered that the ballot is stored.
	Node string `json:"node"`
}

// NewReceipt returns the receipt of a ballot found in a block, or, with height 0 and no
// node, of one that was sent.
func NewReceipt(b Ballot, txHash string, height int64, node string) Receipt {
	digest := b.Digest()
	return Receipt{
		Version: ReceiptVersion, ChainID: b.ChainID, ElectionID: b.ElectionID, Revision: b.Revision,
		TrackingCode: TrackingCode(digest), Nullifier: hex.EncodeToString(field.Bytes(b.Nullifier)),
		Digest: hex.EncodeToString(digest[:]), TxHash: txHash, Height: height, Node: node,
	}
}

// Validate reports, as ErrReceipt, a receipt whose fields are malformed or whose
// tracking code is not that of its digest.
func (r Receipt) Validate() error {
	if r.Version != ReceiptVersion {
		return fmt.Errorf("%w: version %d", ErrReceipt, r.Version)
	}
	if r.ChainID == "" || r.ElectionID == 0 || r.Revision == 0 || r.Height < 0 {
		return fmt.Errorf("%w: incomplete", ErrReceipt)
	}
	nf, err := decodeHex32(r.Nullifier)
	if err != nil {
		return fmt.Errorf("%w: nullifier: %w", ErrReceipt, err)
	}
	if _, err := field.Parse(nf[:]); err != nil {
		return fmt.Errorf("%w: nullifier: %w", ErrReceipt, err)
	}
	digest, err := decodeHex32(r.Digest)
	if err != nil {
		return fmt.Errorf("%w: digest: %w", ErrReceipt, err)
	}
	if TrackingCode(digest) != r.TrackingCode {
		return fmt.Errorf("%w: tracking code and digest do not agree", ErrReceipt)
	}
	return nil
}

// Encode returns the receipt as indented JSON with a final newline.
func (r Receipt) Encode() ([]byte, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrReceipt, err)
	}
	return append(b, '\n'), nil
}

// ParseReceipt reads the JSON of one receipt: known fields only, nothing after it, and
// valid (ErrReceipt).
func ParseReceipt(b []byte) (Receipt, error) {
	if len(b) > maxReceipt {
		return Receipt{}, fmt.Errorf("%w: too long", ErrReceipt)
	}
	decoder := json.NewDecoder(bytes.NewReader(b))
	decoder.DisallowUnknownFields()
	// Numbers may be in quotes, as receipts had them first.
	var file struct {
		Receipt

		ElectionID json.Number `json:"election_id"`
		Revision   json.Number `json:"revision"`
		Height     json.Number `json:"height"`
	}
	if err := decoder.Decode(&file); err != nil {
		return Receipt{}, fmt.Errorf("%w: %w", ErrReceipt, err)
	}
	r := file.Receipt
	var errs [3]error
	r.ElectionID, errs[0] = strconv.ParseUint(file.ElectionID.String(), 10, 64)
	r.Revision, errs[1] = strconv.ParseUint(file.Revision.String(), 10, 64)
	r.Height, errs[2] = strconv.ParseInt(file.Height.String(), 10, 64)
	if err := errors.Join(errs[:]...); err != nil {
		return Receipt{}, fmt.Errorf("%w: %w", ErrReceipt, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Receipt{}, fmt.Errorf("%w: something follows it", ErrReceipt)
	}
	if err := r.Validate(); err != nil {
		return Receipt{}, err
	}
	return r, nil
}

func decodeHex32(s string) ([32]byte, error) {
	var out [32]byte
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(out) || hex.EncodeToString(b) != s {
		return out, errors.New("want 64 lower-case hex digits")
	}
	copy(out[:], b)
	return out, nil
}
