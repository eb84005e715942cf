// SPDX-License-Identifier: Apache-2.0

package exams_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blockchain4all/blockchain4all/contracts/exams"
)

func TestCreateSession(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	created := read[exams.Session](t, b, call{
		who: registrar, fn: "CreateSession", args: []string{session, "Ekaineko azterketak — 2. deia", "2026-06-15"},
	})
	want := exams.Session{
		ID: session, Title: "Ekaineko azterketak — 2. deia", Date: "2026-06-15", Issuer: "BizkaiaMSP",
		State: exams.SessionOpen, CreatedAt: "2026-06-15T06:01:00Z", UpdatedAt: "2026-06-15T06:01:00Z",
	}
	if diff := cmp.Diff(want, created); diff != "" {
		t.Errorf("created (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, read[exams.Session](t, b, onSession(third, "GetSession"))); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
}

func TestCreateSessionRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		who  string
		args []string
		code string
	}{
		"exists":             {registrar, []string{session, "Bis", "2026-06-15"}, "session_exists"},
		"exists, of another": {otherOffice, []string{session, "Bis", "2026-06-15"}, "session_exists"},
		"no role":            {nobody, []string{"uztaila", "Bis", "2026-06-15"}, "role_required"},
		"examiner":           {examiner, []string{"uztaila", "Bis", "2026-06-15"}, "role_required"},
		"administrator":      {admin, []string{"uztaila", "Bis", "2026-06-15"}, "role_required"},
		"ID in capitals":     {registrar, []string{"Uztaila", "Bis", "2026-06-15"}, "session_id_invalid"},
		"ID too short":       {registrar, []string{"uz", "Bis", "2026-06-15"}, "session_id_invalid"},
		"ID too long": {
			registrar, []string{strings.Repeat("u", 65), "Bis", "2026-06-15"}, "session_id_invalid",
		},
		"ID with a zero byte": {registrar, []string{"uzt\x00aila", "Bis", "2026-06-15"}, "session_id_invalid"},
		"ID with a line feed": {registrar, []string{"uztaila\n", "Bis", "2026-06-15"}, "session_id_invalid"},
		"no title":            {registrar, []string{"uztaila", "", "2026-06-15"}, "title_invalid"},
		"title too long": {
			registrar, []string{"uztaila", strings.Repeat("ñ", 201), "2026-06-15"}, "title_invalid",
		},
		"title of two lines": {registrar, []string{"uztaila", "a\nb", "2026-06-15"}, "title_invalid"},
		"title not UTF-8":    {registrar, []string{"uztaila", "a\xff", "2026-06-15"}, "title_invalid"},
		"title with spaces":  {registrar, []string{"uztaila", " Bis", "2026-06-15"}, "title_invalid"},
		"title with a DNI": {
			registrar, []string{"uztaila", "Azterketa 12345678z", "2026-06-15"}, "title_invalid",
		},
		"title with an e-mail":   {registrar, []string{"uztaila", "ane@example.org", "2026-06-15"}, "title_invalid"},
		"date in another order":  {registrar, []string{"uztaila", "Bis", "15-06-2026"}, "date_invalid"},
		"date that never was":    {registrar, []string{"uztaila", "Bis", "2026-02-30"}, "date_invalid"},
		"an argument is missing": {registrar, []string{"uztaila", "Bis"}, "arguments_invalid"},
		"an argument too many":   {registrar, []string{"uztaila", "Bis", "2026-06-15", "x"}, "arguments_invalid"},
	}
	b := withSession(t)
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b.refused(t, call{who: tc.who, fn: "CreateSession", args: tc.args}, tc.code)
		})
	}
}

func TestTitlesWithNumbersThatIdentifyNobody(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for i, title := range []string{"Curso 2025-2026, 2.ª convocatoria", "EAU/EBAU 2026 (1. deia)", "2026/06/15", "x"} {
		b.must(
			t,
			call{who: registrar, fn: "CreateSession", args: []string{fmt.Sprintf("deia-%d", i), title, "2026-06-15"}},
		)
	}
}

// TestSessionStates walks every transition; an empty code means that it is taken, and ends in the state named.
func TestSessionStates(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		path  []string
		code  string
		state string
	}{
		"open is opened":      {[]string{"OpenSession"}, "", "open"},
		"close":               {[]string{"CloseSession"}, "", "closed"},
		"close twice":         {[]string{"CloseSession", "CloseSession"}, "", "closed"},
		"open again":          {[]string{"CloseSession", "OpenSession"}, "", "open"},
		"publish open":        {[]string{"PublishSession"}, "", "published"},
		"publish closed":      {[]string{"CloseSession", "PublishSession"}, "", "published"},
		"publish twice":       {[]string{"PublishSession", "PublishSession"}, "", "published"},
		"published is opened": {[]string{"PublishSession", "OpenSession"}, "session_published", "published"},
		"published is closed": {[]string{"PublishSession", "CloseSession"}, "session_published", "published"},
		"published stays so to": {
			[]string{"PublishSession", "OpenSession", "PublishSession"}, "session_published", "published",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := withSession(t)
			for i, fn := range tc.path {
				if tc.code != "" && i == 1 {
					b.refused(t, onSession(registrar, fn), tc.code)
					continue
				}
				b.must(t, onSession(registrar, fn))
			}
			got := read[exams.Session](t, b, onSession(nobody, "GetSession"))
			if got.State != tc.state || (got.PublishedAt != "") != (tc.state == exams.SessionPublished) {
				t.Errorf("got %+v, want state %s", got, tc.state)
			}
		})
	}
}

func TestChangingSessionsRefused(t *testing.T) {
	t.Parallel()
	b := withSession(t)
	for _, fn := range []string{"OpenSession", "CloseSession", "PublishSession"} {
		for _, who := range []string{nobody, examiner, reader, admin, otherOffice, third} {
			t.Run(fn+" by "+who, func(t *testing.T) {
				t.Parallel()
				b.refused(t, onSession(who, fn), "role_required")
			})
		}
		t.Run(fn+" of no session", func(t *testing.T) {
			t.Parallel()
			b.refused(t, call{who: registrar, fn: fn, args: []string{"uztaila"}}, "session_not_found")
		})
		t.Run(fn+" of a wrong ID", func(t *testing.T) {
			t.Parallel()
			b.refused(t, call{who: registrar, fn: fn, args: []string{"../uztaila"}}, "session_id_invalid")
		})
	}
}

func TestRepeatedChangeWritesNothing(t *testing.T) {
	t.Parallel()
	b := withSession(t)
	stub, _, err := b.simulate(onSession(registrar, "OpenSession"))
	if err != nil || len(stub.Writes()) > 0 {
		t.Errorf("got %v, writes %q", err, stub.Writes())
	}
}

func TestListSessions(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	empty := read[exams.SessionPage](t, b, call{who: third, fn: "ListSessions"})
	if diff := cmp.Diff(exams.SessionPage{Sessions: []exams.Session{}}, empty); diff != "" {
		t.Errorf("empty (-want +got):\n%s", diff)
	}
	for i := range 5 {
		b.must(
			t,
			call{who: registrar, fn: "CreateSession", args: []string{fmt.Sprintf("deia-%d", i), "Deia", "2026-06-15"}},
		)
	}
	var ids []string
	bookmark := ""
	for pages := 1; ; pages++ {
		page := read[exams.SessionPage](t, b, call{who: third, fn: "ListSessions", args: []string{"2", bookmark}})
		for _, s := range page.Sessions {
			ids = append(ids, s.ID)
		}
		if bookmark = page.Bookmark; bookmark == "" {
			if pages != 3 {
				t.Errorf("got %d pages, want 3", pages)
			}
			break
		}
	}
	if diff := cmp.Diff([]string{"deia-0", "deia-1", "deia-2", "deia-3", "deia-4"}, ids); diff != "" {
		t.Errorf("sessions (-want +got):\n%s", diff)
	}
}

func TestListRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		args []string
		code string
	}{
		"no entries":               {[]string{"0", ""}, "page_size_invalid"},
		"fewer than none":          {[]string{"-1", ""}, "page_size_invalid"},
		"too many":                 {[]string{"201", ""}, "page_size_invalid"},
		"not a number":             {[]string{"ten", ""}, "arguments_invalid"},
		"number too large":         {[]string{"99999999999", ""}, "arguments_invalid"},
		"bookmark is not base64":   {[]string{"10", "%%%"}, "bookmark_invalid"},
		"bookmark of other keys":   {[]string{"10", "AHJlc3VsdAA"}, "bookmark_invalid"},
		"bookmark past the end":    {[]string{"10", "_____w"}, "bookmark_invalid"},
		"a third argument":         {[]string{"10", "", "x"}, "arguments_invalid"},
		"bookmark padded, foreign": {[]string{"10", "AHJlc3VsdAA="}, "bookmark_invalid"},
	}
	b := withSession(t)
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b.refused(t, call{who: third, fn: "ListSessions", args: tc.args}, tc.code)
		})
	}
}
