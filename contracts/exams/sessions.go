// SPDX-License-Identifier: Apache-2.0

package exams

import (
	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"

	"github.com/blockchain4all/blockchain4all/contracts/internal/refusal"
)

// requireSession reads a session; an absent one is session_not_found.
func requireSession(stub shim.ChaincodeStubInterface, id string) (*Session, error) {
	if err := checkSessionID(id); err != nil {
		return nil, err
	}
	s, err := load[Session](stub, keySession, id)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return nil, refusal.New("session_not_found", "there is no session %s", id)
	}
	return s, nil
}

func (s *Session) standing() string {
	if s.State == SessionPublished {
		return Published
	}
	return Provisional
}

// CreateSession makes a session of the caller's organization. It is open at once.
func (*Contract) CreateSession(
	ctx contractapi.TransactionContextInterface, sessionID, title, date string,
) (*Session, error) {
	stub := ctx.GetStub()
	if err := checkSessionID(sessionID); err != nil {
		return nil, err
	}
	if err := checkText("title_invalid", "the title", title, 1, maxTitle); err != nil {
		return nil, err
	}
	if err := checkDate(date); err != nil {
		return nil, err
	}
	c, err := callerOf(stub)
	if err != nil {
		return nil, err
	}
	if _, err := requireRole(stub, c.MSPID, Registrar); err != nil {
		return nil, err
	}
	earlier, err := load[Session](stub, keySession, sessionID)
	if err != nil {
		return nil, err
	}
	if earlier != nil {
		return nil, refusal.New("session_exists", "there is a session %s already, of %s", sessionID, earlier.Issuer)
	}
	now, err := timestamp(stub)
	if err != nil {
		return nil, err
	}
	s := &Session{
		ID: sessionID, Title: title, Date: date, Issuer: c.MSPID, State: SessionOpen, CreatedAt: now, UpdatedAt: now,
	}
	if err := store(stub, s, keySession, s.ID); err != nil {
		return nil, err
	}
	return s, emit(stub, "SessionCreated", s)
}

// OpenSession lets results be recorded again. Opening an open session changes nothing.
func (*Contract) OpenSession(ctx contractapi.TransactionContextInterface, sessionID string) (*Session, error) {
	return changeState(ctx.GetStub(), sessionID, SessionOpen, "SessionOpened")
}

// CloseSession ends recording. Closing a closed session changes nothing.
func (*Contract) CloseSession(ctx contractapi.TransactionContextInterface, sessionID string) (*Session, error) {
	return changeState(ctx.GetStub(), sessionID, SessionClosed, "SessionClosed")
}

// changeState moves a session of which the caller is a registrar. Nothing leaves the state published.
func changeState(stub shim.ChaincodeStubInterface, sessionID, state, event string) (*Session, error) {
	s, err := requireSession(stub, sessionID)
	if err != nil {
		return nil, err
	}
	if _, err := requireRole(stub, s.Issuer, Registrar); err != nil {
		return nil, err
	}
	if s.State == state {
		return s, nil
	}
	if s.State == SessionPublished {
		return nil, refusal.New("session_published", "session %s is published, which is final", s.ID)
	}
	if s.UpdatedAt, err = timestamp(stub); err != nil {
		return nil, err
	}
	s.State = state
	if state == SessionPublished {
		s.PublishedAt = s.UpdatedAt
	}
	if err := store(stub, s, keySession, s.ID); err != nil {
		return nil, err
	}
	return s, emit(stub, event, s)
}

// GetSession reads a session.
func (*Contract) GetSession(ctx contractapi.TransactionContextInterface, sessionID string) (*Session, error) {
	return requireSession(ctx.GetStub(), sessionID)
}

// ListSessions lists sessions by ID.
func (*Contract) ListSessions(
	ctx contractapi.TransactionContextInterface, pageSize int32, bookmark string,
) (*SessionPage, error) {
	sessions, next, err := list[Session](ctx.GetStub(), pageSize, bookmark, keySession)
	if err != nil {
		return nil, err
	}
	return &SessionPage{Sessions: sessions, Bookmark: next}, nil
}
