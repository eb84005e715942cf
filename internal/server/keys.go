// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"errors"
	"fmt"

	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/org"
	"github.com/blockchain4all/blockchain4all/internal/pki"
	"github.com/blockchain4all/blockchain4all/internal/pki/pkcs11"
)

// settingCAKeyStore says where the keys of certification authorities are. It is fixed: keys do not move.
const settingCAKeyStore = "ca-key-store"

// The values of that setting.
const (
	caKeysSealed = "sealed"
	caKeysPKCS11 = "pkcs11"
)

// openKeys opens the sealed store and, where the configuration names one, the token for the authorities' keys.
func (p *platform) openKeys(ctx context.Context) error {
	sealed, err := pki.OpenSealedStore(p.config.path("keys"), p.config.path("master.key"))
	if err != nil {
		return err
	}
	wanted := caKeysSealed
	if p.config.CAKeyStore != "" {
		wanted = caKeysPKCS11
	}
	isNew, err := p.checkCAKeyStore(ctx, sealed, wanted)
	if err != nil {
		return err
	}
	p.sealed, p.keys = sealed, sealed
	if wanted == caKeysPKCS11 {
		token, err := pkcs11.Open(p.config.CAKeyStore) //nolint:staticcheck // without cgo it always fails
		if err != nil {                                //nolint:staticcheck // without cgo it always is one
			return err
		}
		p.token, p.keys = token, pki.NewRoutedStore(org.IsAuthorityKey, token, sealed)
	}
	if !isNew {
		return nil
	}
	if err := p.db.PutSetting(ctx, settingCAKeyStore, wanted); err != nil {
		return fmt.Errorf("record where authorities' keys are: %w", err)
	}
	return nil
}

// checkCAKeyStore refuses another place for the authorities' keys than they have, and tells whether none was chosen
// yet.
func (p *platform) checkCAKeyStore(ctx context.Context, sealed pki.KeyStore, wanted string) (isNew bool, err error) {
	stored, err := p.db.Setting(ctx, settingCAKeyStore)
	if errors.Is(err, fault.NotFound) {
		isNew, stored = true, wanted
		// A data directory of before this setting has them sealed.
		switch _, err := sealed.Load(ctx, org.AuthorityKey(OperatorOrg, org.CA)); {
		case err == nil:
			stored = caKeysSealed
		case !errors.Is(err, pki.ErrKeyNotFound):
			return false, err
		}
	} else if err != nil {
		return false, err
	}
	switch stored {
	case wanted:
		return isNew, nil
	case caKeysPKCS11:
		return false, fault.New(fault.Conflict, "ca_key_store_missing",
			"the authorities' keys of this data directory are in a token").
			WithHint("name the token: --ca-key-store 'pkcs11:token=LABEL?module-path=…&pin-source=file:…'")
	default:
		return false, fault.New(fault.Conflict, "ca_key_store_fixed",
			"the authorities' keys of this data directory are in its sealed store, and do not move into a token").
			WithHint("leave --ca-key-store out, or start with a new --data-dir")
	}
}
