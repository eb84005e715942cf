// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"net/http"
	"time"

	"golang.org/x/text/language"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/fabric/msp"
	"github.com/blockchain4all/blockchain4all/internal/fault"
	"github.com/blockchain4all/blockchain4all/internal/pki/clinic"
)

const (
	// maxClinicBody leaves room for base64 and JSON around what the clinic takes.
	maxClinicBody = 2 * clinic.MaxBytes
	// clinicPlaces is how many questions are examined at a time: anybody may ask.
	clinicPlaces = 2
)

type clinicInput struct {
	AcceptLanguage string `header:"Accept-Language" maxLength:"200" doc:"Language of the texts, where the body names none."`
	Body           api.CertificateCheck
}

func (s *Server) clinicRoutes() {
	places := make(chan struct{}, clinicPlaces)
	register(s, route{
		id: "checkCertificates", method: http.MethodPost, path: "/clinic", tag: "certificates", maxBody: maxClinicBody, quiet: true,
		summary: "Ask whether Fabric and the platform will take certificates, a request or an MSP; nothing is kept",
	}, func(ctx context.Context, in *clinicInput) (*body[api.CertificateReport], error) {
		select {
		case places <- struct{}{}:
			defer func() { <-places }()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		return answer(checkCertificates(in, time.Now()))
	})
}

func checkCertificates(in *clinicInput, now time.Time) (api.CertificateReport, error) {
	q := clinic.Question{
		Purpose: clinic.Purpose(in.Body.Purpose), Organization: in.Body.Organization, Role: in.Body.Role,
	}
	if in.Body.Material != "" {
		q.Files = append(q.Files, clinic.File{Data: []byte(in.Body.Material)})
	}
	for _, f := range in.Body.Files {
		q.Files = append(q.Files, clinic.File{Name: f.Name, Data: f.Data})
	}
	if len(q.Files) == 0 {
		return api.CertificateReport{}, fault.New(fault.Invalid, "clinic_empty", "there is nothing to examine").
			WithHint("send material or files")
	}
	wanted := in.Body.Language
	if wanted == "" {
		wanted = preferred(in.AcceptLanguage)
	}
	texts, err := clinic.LoadTexts(wanted)
	if err != nil {
		return api.CertificateReport{}, err
	}
	r, err := msp.Examine(q, now)
	if err != nil {
		return api.CertificateReport{}, err
	}
	return showReport(r, texts, wanted), nil
}

// preferred gives the language of the clinic that a reader likes best (RFC 9110, section 12.5.4).
func preferred(accept string) string {
	tags := make([]language.Tag, 0, len(clinic.Languages()))
	for _, l := range clinic.Languages() {
		tags = append(tags, language.Make(l))
	}
	_, i := language.MatchStrings(language.NewMatcher(tags), accept)
	return clinic.Languages()[i]
}

func showReport(r clinic.Report, texts clinic.Texts, language string) api.CertificateReport {
	shown := api.CertificateReport{
		Verdict: string(r.Verdict), Language: language, Items: []api.CheckedItem{}, Findings: []api.CheckFinding{},
	}
	for _, i := range r.Items {
		shown.Items = append(shown.Items, api.CheckedItem{
			Kind: string(i.Kind), File: i.File, Subject: i.Subject, Issuer: i.Issuer, Serial: i.Serial,
			KeyAlgorithm: i.KeyAlgorithm, SignatureAlgorithm: i.SignatureAlgorithm, Fingerprint: i.Fingerprint,
			NotBefore: i.NotBefore.UTC(), NotAfter: i.NotAfter.UTC(), Authority: i.Authority, SelfSigned: i.SelfSigned,
			Names: i.Names, Units: i.Units, Revoked: i.Revoked,
		})
	}
	for _, f := range r.Findings {
		text := texts.Of(f)
		shownFinding := api.CheckFinding{
			Code: f.Code, Severity: string(f.Severity), Text: text.Text, Remedy: text.Remedy, Commands: f.Commands,
		}
		if f.Item != clinic.NoItem {
			item := f.Item
			shownFinding.Item = &item
		}
		shown.Findings = append(shown.Findings, shownFinding)
	}
	return shown
}
