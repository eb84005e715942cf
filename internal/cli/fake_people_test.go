// SPDX-License-Identifier: Apache-2.0

package cli_test

import (
	"encoding/json"
	"net/http"

	"github.com/blockchain4all/blockchain4all/api"
)

// people serves sign-in by password, and the members of bizkaia and of the platform.
func (f *fake) people() {
	f.mux.HandleFunc("POST "+api.Base+"/session", func(w http.ResponseWriter, r *http.Request) {
		in := decode[api.NewSession](r)
		switch {
		case in.Email != "ane@example.eus" || in.Password != "zuhaitz berde handia":
			send(w, problem(401, "sign_in_refused", "the e-mail address, the password or the code is wrong"))
		case in.TOTP != "123456":
			send(w, problem(401, "second_factor_needed", "a code of the second factor is needed"))
		default:
			http.SetCookie(w, &http.Cookie{Name: "b4a_session", Value: readerToken, HttpOnly: true})
			_ = json.NewEncoder(w).Encode(api.Principal{Name: "Ane", Role: "reader", Organization: "bizkaia"})
		}
	})
	f.mux.HandleFunc("POST "+api.Base+"/invitations/preview", func(w http.ResponseWriter, r *http.Request) {
		if decode[api.InvitationCode](r).Code != "invitation-of-miren-etxe" {
			send(w, problem(410, "link_invalid", "this link is used or too old"))
			return
		}
		_ = json.NewEncoder(w).Encode(api.Invitation{Email: "miren@example.eus", Name: "Miren", Role: "admin", OrganizationName: "Bizkaia"})
	})
	f.mux.HandleFunc("POST "+api.Base+"/invitations/accept", func(w http.ResponseWriter, r *http.Request) {
		in := decode[api.InvitationAcceptance](r)
		http.SetCookie(w, &http.Cookie{Name: "b4a_session", Value: readerToken, HttpOnly: true})
		_ = json.NewEncoder(w).Encode(api.Principal{Name: in.Name + " with " + in.Password, Role: "admin", Organization: "bizkaia"})
	})
	member := func(id, name, role, org string) api.Member {
		return api.Member{
			Person:       api.Person{ID: id, Email: name + "@example.eus", Name: name, State: "active", SecondFactor: name == "ane"},
			Organization: org, Role: role, State: "active",
		}
	}
	ane, jon, mikel := member("m1", "ane", "admin", "bizkaia"), member("m2", "jon", "reader", "bizkaia"), member("m3", "mikel", "operator", "")
	f.handle("GET /organizations/bizkaia/members", func(r *http.Request) (int, any) { return page(r, []api.Member{ane, jon}) })
	f.handle("GET /platform/members", func(r *http.Request) (int, any) { return page(r, []api.Member{mikel}) })
	f.handle("GET /people", func(r *http.Request) (int, any) {
		return page(r, []api.Person{mikel.Person, ane.Person, jon.Person})
	})
	f.handle("POST /organizations/bizkaia/members", func(r *http.Request) (int, any) {
		in := decode[api.NewMember](r)
		return 201, api.InvitedMember{Link: "https://b4a.example/invitation#code=" + in.Email + "/" + in.Role + "/" + in.Locale}
	})
	f.handle("PUT /organizations/bizkaia/members/m2", func(r *http.Request) (int, any) {
		jon.Role = decode[api.MemberRole](r).Role
		return 200, jon
	})
	f.handle("POST /organizations/bizkaia/members/m2/suspend", func(*http.Request) (int, any) {
		jon.State = "suspended"
		return 200, jon
	})
	f.handle("POST /organizations/bizkaia/members/m2/resume", func(*http.Request) (int, any) {
		jon.State = "active"
		return 200, jon
	})
	f.handle("POST /people/m2/suspend", func(*http.Request) (int, any) {
		jon.Person.State = "suspended"
		return 200, jon.Person
	})
	f.handle("DELETE /organizations/bizkaia/members/m2", func(*http.Request) (int, any) { return 204, nil })
	f.handle("DELETE /organizations/bizkaia/members/m1", func(*http.Request) (int, any) {
		return 409, problem(409, "last_administrator", "this is the last administrator")
	})
}
