package crypto_test

import (
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/evoted/evoted/x/election/crypto/curve"
	"github.com/evoted/evoted/x/election/crypto/dleq"
	"github.com/evoted/evoted/x/election/crypto/dlog"
	"github.com/evoted/evoted/x/election/crypto/elgamal"
	"github.com/evoted/evoted/x/election/crypto/field"
	"github.com/evoted/evoted/x/election/crypto/hash"
	"github.com/evoted/evoted/x/election/crypto/keygen"
	"github.com/evoted/evoted/x/election/crypto/nullifier"
	"github.com/evoted/evoted/x/election/crypto/roll"
)

// operations are what a case may ask for, by name.
var operations = map[string]func(arguments) (values, error){
	"field.Parse": func(a arguments) (values, error) {
		e, err := field.Parse(a.bytes("bytes"))
		return values{"decimal": e.String()}, err
	},
	"field.Tag":    func(a arguments) (values, error) { return oneElement("element", field.Tag(a.text("ascii"))), nil },
	"field.HashTo": hashTo,
	"hash.Compress": func(a arguments) (values, error) {
		return oneElement("hash", hash.Compress(a.element("a"), a.element("b"))), nil
	},
	"hash.Sum": func(a arguments) (values, error) {
		return oneElement("hash", hash.Sum(field.Tag(a.text("tag")), a.elements("inputs")...)), nil
	},
	"curve.ParsePoint":   func(a arguments) (values, error) { return parsed(curve.ParsePoint(a.bytes("bytes"))) },
	"curve.ParseKey":     func(a arguments) (values, error) { return parsed(curve.ParseKey(a.bytes("bytes"))) },
	"curve.ParseOnCurve": func(a arguments) (values, error) { return parsed(curve.ParseOnCurve(a.bytes("bytes"))) },
	"curve.ParseScalar": func(a arguments) (values, error) {
		s, err := curve.ParseScalar(a.bytes("bytes"))
		return values{"decimal": s.BigInt().String()}, err
	},
	"curve.BaseMul": func(a arguments) (values, error) {
		return one("point", curve.BaseMul(a.scalar("scalar")).Bytes()), nil
	},
	"curve.Mul": func(a arguments) (values, error) {
		return one("point", a.points("point")[0].Mul(a.scalar("scalar")).Bytes()), nil
	},
	"curve.Sum": func(a arguments) (values, error) {
		return one("point", curve.Sum(a.points("points")...).Bytes()), nil
	},
	"curve.ScalarFromWide": func(a arguments) (values, error) {
		return one("scalar", curve.ScalarFromWide(a.bytes("wide")).Bytes()), nil
	},
	"elgamal.Encrypt": func(a arguments) (values, error) {
		return one("ciphertext", elgamal.Encrypt(a.points("keys"), a.numbers("amounts"), a.scalar("r")).Bytes()), nil
	},
	"elgamal.Parse": func(a arguments) (values, error) {
		c, err := elgamal.Parse(a.bytes("bytes"), a.small("slots"))
		return values{"slots": strconv.Itoa(c.Slots())}, err
	},
	"elgamal.ParseOnCurve": func(a arguments) (values, error) {
		c, err := elgamal.ParseOnCurve(a.bytes("bytes"), a.small("slots"))
		return values{"slots": strconv.Itoa(c.Slots())}, err
	},
	"elgamal.Add": addCiphertexts,
	"nullifier.SecretFromSeed": func(a arguments) (values, error) {
		return oneElement("secret", nullifier.SecretFromSeed(a.bytes("seed"))), nil
	},
	"nullifier.ElectionScalar": func(a arguments) (values, error) {
		return oneElement("e", nullifier.ElectionScalar(a.text("chain"), a.number("election"))), nil
	},
	"nullifier.Identity": func(a arguments) (values, error) {
		return oneElement("id", nullifier.Identity(a.element("secret"))), nil
	},
	"nullifier.Nullifier": func(a arguments) (values, error) {
		return oneElement("nullifier", nullifier.Nullifier(a.element("secret"), a.element("e"))), nil
	},
	"nullifier.Binding": func(a arguments) (values, error) {
		return oneElement("b", nullifier.Binding(a.text("chain"), a.number("election"), a.number("revision"), a.bytes("key"))), nil
	},
	"dleq.ProveKnowledge": func(a arguments) (values, error) {
		proof, err := dleq.ProveKnowledge(a.transcript(), a.scalar("secret"), nil)
		return one("proof", proof.Bytes()), err
	},
	"dleq.VerifyKnowledge": func(a arguments) (values, error) {
		proof, err := dleq.Parse(a.bytes("proof"))
		if err != nil {
			return nil, err
		}
		return nil, dleq.VerifyKnowledge(a.transcript(), a.points("public")[0], proof)
	},
	"dleq.ProveBatch": func(a arguments) (values, error) {
		proof, err := dleq.ProveBatch(a.transcript(), a.points("base")[0], a.scalars("secrets"), nil)
		return one("proof", proof.Bytes()), err
	},
	"dleq.VerifyBatch": func(a arguments) (values, error) {
		proof, err := dleq.Parse(a.bytes("proof"))
		if err != nil {
			return nil, err
		}
		return nil, dleq.VerifyBatch(a.transcript(), a.points("base")[0], a.points("publics"), a.points("results"), proof)
	},
	"dlog.Solve": func(a arguments) (values, error) {
		found, err := dlog.Solve(a.points("points"), a.number("bound"), nil)
		text := make([]string, len(found))
		for i := range found {
			text[i] = strconv.FormatUint(found[i], 10)
		}
		return values{"values": strings.Join(text, ",")}, err
	},
	"roll.Leaf": func(a arguments) (values, error) {
		leaf, err := roll.Leaf(a.element("id"), a.number("weight"))
		return oneElement("leaf", leaf), err
	},
	"roll.Empty": func(a arguments) (values, error) {
		return oneElement("node", roll.Empty(a.small("level"))), nil
	},
	"roll.Append": appendLeaves,
	"roll.ParseAccumulator": func(a arguments) (values, error) {
		acc, err := roll.ParseAccumulator(a.bytes("bytes"))
		return values{"count": strconv.FormatUint(acc.Count, 10), "root": hex.EncodeToString(field.Bytes(acc.Root()))}, err
	},
	"roll.Root": func(a arguments) (values, error) {
		path := roll.Path{Index: a.number("index"), Siblings: a.elements("siblings")}
		return oneElement("root", path.Root(a.element("leaf"))), nil
	},
	"keygen.SecretKeyFromSeed": func(a arguments) (values, error) {
		e := keygen.SecretKeyFromSeed(a.bytes("seed"))
		return values{"secret": hex.EncodeToString(e.Bytes()), "public": hex.EncodeToString(curve.BaseMul(e).Bytes())}, nil
	},
	"keygen.VerifyKey": func(a arguments) (values, error) {
		return nil, keygen.VerifyKey(a.text("chain"), a.text("address"), a.points("key")[0], a.bytes("proof"))
	},
	"keygen.NewDeal": func(a arguments) (values, error) {
		d, err := keygen.NewDeal(a.parameters(), a.small("dealer"), a.scalar("secret"))
		if err != nil {
			return nil, err
		}
		return values{"deal": hex.EncodeToString(d.Bytes()), "hash": hex.EncodeToString(d.Hash())}, nil
	},
	"keygen.OpenShare": openShare,
	"keygen.Combine":   combine,
}

func parsed(p curve.Point, err error) (values, error) {
	x, y := p.X(), p.Y()
	return values{"x": x.String(), "y": y.String()}, err
}

func hashTo(a arguments) (values, error) {
	var parts [][]byte
	for s := range strings.SplitSeq(a.text("parts"), ",") {
		b, err := hex.DecodeString(s)
		require.NoError(a.t, err)
		parts = append(parts, b)
	}
	return oneElement("element", field.HashTo(a.text("dst"), parts...)), nil
}

func addCiphertexts(a arguments) (values, error) {
	slots := a.small("slots")
	x, err := elgamal.Parse(a.bytes("a"), slots)
	if err != nil {
		return nil, err
	}
	y, err := elgamal.Parse(a.bytes("b"), slots)
	if err != nil {
		return nil, err
	}
	return one("sum", x.Add(y).Bytes()), nil
}

func appendLeaves(a arguments) (values, error) {
	var acc roll.Accumulator
	if err := acc.Append(a.elements("leaves"), nil); err != nil {
		return nil, err
	}
	return values{"accumulator": hex.EncodeToString(acc.Bytes()), "root": hex.EncodeToString(field.Bytes(acc.Root()))}, nil
}

func (a arguments) scalars(name string) []curve.Scalar {
	a.t.Helper()
	b := a.bytes(name)
	require.Zero(a.t, len(b)%curve.ScalarSize)
	out := make([]curve.Scalar, len(b)/curve.ScalarSize)
	for i := range out {
		var err error
		out[i], err = curve.ParseScalar(b[i*curve.ScalarSize : (i+1)*curve.ScalarSize])
		require.NoError(a.t, err)
	}
	return out
}

func (a arguments) transcript() dleq.Transcript {
	a.t.Helper()
	return dleq.NewTranscript(a.text("tag"), a.text("chain"), a.number("election"))
}

func (a arguments) parameters() keygen.Parameters {
	a.t.Helper()
	return keygen.Parameters{
		ChainID: a.text("chain"), ElectionID: a.number("election"),
		Threshold: a.small("threshold"), Slots: a.small("slots"), TrusteeKeys: a.points("trustees"),
	}
}

// verifiedDeal parses and verifies one deal.
func verifiedDeal(p keygen.Parameters, dealer int, b []byte) (keygen.Deal, error) {
	d, err := keygen.ParseDeal(p, dealer, b)
	if err != nil {
		return keygen.Deal{}, err
	}
	return d, d.Verify(p)
}

func openShare(a arguments) (values, error) {
	p := a.parameters()
	d, err := verifiedDeal(p, a.small("dealer"), a.bytes("deal"))
	if err != nil {
		return nil, err
	}
	shares, err := d.OpenShare(p, a.small("trustee"), a.scalar("secret"))
	if err != nil {
		return nil, err
	}
	var b []byte
	for _, s := range shares {
		b = append(b, s.Bytes()...)
	}
	return one("shares", b), nil
}

func combine(a arguments) (values, error) {
	p := a.parameters()
	var deals []keygen.Deal
	for i, s := range strings.Split(a.text("deals"), ",") {
		b, err := hex.DecodeString(s)
		require.NoError(a.t, err)
		d, err := verifiedDeal(p, i+1, b)
		if err != nil {
			return nil, err
		}
		deals = append(deals, d)
	}
	keys, err := keygen.Combine(p, deals)
	if err != nil {
		return nil, err
	}
	vks, err := keygen.VerificationKeys(p, deals, 1)
	return values{
		"keys": hex.EncodeToString(curve.JoinPoints(keys...)), "verification_keys_of_1": hex.EncodeToString(curve.JoinPoints(vks...)),
	}, err
}
