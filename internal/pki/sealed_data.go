// SPDX-License-Identifier: Apache-2.0

package pki

import "github.com/blockchain4all/blockchain4all/internal/fault"

// dataAAD, with the label behind it, is the additional data of small secrets that are kept outside the store: none of
// them opens as a key, nor under another label.
const dataAAD = "b4a data v1\x00"

// SealData seals a small secret under the master key, to be kept elsewhere. The label says what it is of.
func (s *SealedStore) SealData(plain []byte, label string) ([]byte, error) {
	return s.seal(plain, dataAAD+label)
}

// OpenData opens what SealData sealed under the same label. What does not open is a fault "sealed_data_damaged".
func (s *SealedStore) OpenData(sealed []byte, label string) ([]byte, error) {
	plain, err := s.open(sealed, dataAAD+label)
	if err != nil {
		return nil, fault.New(fault.Internal, "sealed_data_damaged", "a sealed secret is damaged").
			WithHint("restore the store and the master key from one backup").WithCause(err)
	}
	return plain, nil
}
