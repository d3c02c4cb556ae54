// Package archtest keeps the architecture as drawn. Its tests read the source files of the
// whole module and fail for an import that the layers do not allow, for a file that has
// grown too long, and for constructs that do not belong where they stand: clocks,
// randomness and goroutines in the state machine, and decoders of foreign bytes that
// allocate what those bytes ask for.
package archtest
