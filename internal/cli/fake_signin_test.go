// SPDX-License-Identifier: Apache-2.0

package cli_test

import (
	"net/http"
	"time"

	"github.com/blockchain4all/blockchain4all/api"
)

// signIn serves sign-in settings that never revert by themselves.
func (f *fake) signIn() {
	st := api.SignInState{Settings: api.SignInSettings{
		Local: true, Providers: []api.SignInProvider{}, ClientCertificates: api.SignInCertificateSettings{Subject: "serial-number"},
	}}
	before := st
	f.handle("GET /signin-settings", func(*http.Request) (int, any) { return 200, st })
	f.handle("PUT /signin-settings", func(r *http.Request) (int, any) {
		in := decode[api.NewSignInSettings](r)
		if in.Revision != st.Revision {
			return 409, problem(409, "signin_settings_changed", "another revision is in force")
		}
		before, st.Settings = st, in.Settings
		for i := range st.Settings.Providers {
			p := &st.Settings.Providers[i]
			p.ClientSecretSet, p.ClientSecret = p.ClientSecret == "s3cret", ""
		}
		at, until := epoch, epoch.Add(2*time.Minute)
		st.Revision, st.ChangedAt, st.RevertsAt = st.Revision+1, &at, &until
		return 200, st
	})
	f.handle("POST /signin-settings/confirm", func(*http.Request) (int, any) {
		st.RevertsAt = nil
		return 200, st
	})
	f.handle("POST /signin-settings/revert", func(*http.Request) (int, any) {
		at := epoch.Add(time.Minute)
		n := st.Revision + 1
		st = before
		st.Revision, st.RevertedAt = n, &at
		return 200, st
	})
}
