// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"encoding/pem"
	"fmt"
)

// AdministrationStatement gives what the key of an administrator's certificate, PEM, signs when an organization takes its
// administration over: the same text for the same certificate.
func AdministrationStatement(orgID string, certPEM []byte) (string, error) {
	block, _ := pem.Decode(certPEM)
	if block == nil || block.Type != "CERTIFICATE" {
		return "", fmt.Errorf("%w: no certificate in PEM", errWire)
	}
	return fmt.Sprintf("b4a: the organization %s administers itself, beginning with the certificate %s\n",
		orgID, Digest(block.Bytes)), nil
}
