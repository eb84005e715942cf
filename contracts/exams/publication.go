// SPDX-License-Identifier: Apache-2.0

package exams

import "github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

// PublishSession makes a session's results final, from open or closed. Publishing a published session changes nothing.
func (*Contract) PublishSession(ctx contractapi.TransactionContextInterface, sessionID string) (*Session, error) {
	return changeState(ctx.GetStub(), sessionID, SessionPublished, "SessionPublished")
}
