// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/blockchain4all/blockchain4all/internal/access"
	"github.com/blockchain4all/blockchain4all/internal/audit"
	"github.com/blockchain4all/blockchain4all/internal/fault"
)

// origin is where a request comes from.
type origin struct{ address, userAgent string }

// originOf reads a request's origin. The address is that of the connection, or what the proxies of the settings say: from
// others, on this machine too, X-Forwarded-For is anyone's to write.
func (s *Server) originOf(r *http.Request) origin {
	return origin{address: forwarded(r, s.proxy), userAgent: r.UserAgent()}
}

// audited runs a route's handler as an administrative act, when it is one: whoever is let through to it leaves one
// entry, however it ends, and so does who is refused. Reads leave none; neither do quiet routes, save for refusals.
func (s *Server) audited(ctx context.Context, r route, in any, do func(context.Context) error) (err error) {
	refused := s.authorise(ctx, r.action, in)
	if safeMethod(r.method) || s.Audit == nil || r.quiet && refused == nil {
		if refused != nil {
			return refused
		}
		return do(ctx)
	}
	if refused != nil {
		s.refused(ctx, r, refused)
		return refused
	}
	act := s.actOf(ctx, r)
	s.concern(ctx, &act, in)
	ctx, running, err := s.Audit.Begin(ctx, act)
	if err != nil {
		return err
	}
	defer func() {
		if v := recover(); v != nil {
			running.End(ctx, fault.New(fault.Internal, "internal", "the handler broke"))
			panic(v)
		}
		running.End(ctx, err)
	}()
	return do(ctx)
}

// refused records that a write was refused to its caller.
func (s *Server) refused(ctx context.Context, r route, why error) {
	if s.Audit == nil {
		return
	}
	act := s.actOf(ctx, r)
	if err := s.Audit.Refuse(context.WithoutCancel(ctx), act, why); err != nil {
		s.log.ErrorContext(ctx, "record refused act", "request_id", act.RequestID, "error", err)
	}
}

// actOf tells what is known of an act before it is done.
func (s *Server) actOf(ctx context.Context, r route) audit.Act {
	from, _ := ctx.Value(originKey).(origin)
	a := audit.Act{
		Action: r.id, Object: objectOf(ctx, r.path), Source: from.address, UserAgent: from.userAgent, RequestID: requestID(ctx),
	}
	if p, err := principal(ctx); err == nil {
		a.Actor = actorOf(p)
		a.Orgs = append(a.Orgs, p.Org)
	}
	a.Orgs = nonEmpty(a.Orgs)
	return a
}

// concern adds the organizations that an input is about: the one that it names, and the members of its ledger. An act
// that was refused does not come this far: what a caller names without the right concerns nobody but its own.
func (s *Server) concern(ctx context.Context, a *audit.Act, in any) {
	if o, ok := in.(scoped); ok {
		a.Orgs = nonEmpty(append(a.Orgs, o.organization()))
	}
	l, ok := in.(onLedger)
	if !ok {
		return
	}
	if members, err := s.Channels.Members(ctx, l.ledger()); err == nil {
		a.Orgs = append(a.Orgs, members...)
	}
}

func nonEmpty(names []string) []string {
	kept := []string{}
	for _, n := range names {
		if n != "" {
			kept = append(kept, n)
		}
	}
	return kept
}

func actorOf(p access.Principal) audit.Actor {
	return audit.Actor{Credential: p.ID, Member: p.Member, Name: p.Name, Role: string(p.Role), Organization: p.Org}
}

// objectOf names what a path is about: "/organizations/{org}/applications/{application}" gives
// "organization/bizkaia/application/matrikula", and a path without parameters itself.
func objectOf(ctx context.Context, path string) string {
	var b strings.Builder
	for segment := range strings.SplitSeq(path, "/") {
		name, ok := strings.CutPrefix(segment, "{")
		if !ok {
			continue
		}
		name = strings.TrimSuffix(name, "}")
		value := ""
		if rc := chi.RouteContext(ctx); rc != nil {
			value = rc.URLParam(name)
		}
		if name == "org" {
			name = "organization"
		}
		b.WriteString("/" + name + "/" + value)
	}
	if b.Len() == 0 {
		return strings.TrimPrefix(path, "/")
	}
	return strings.TrimPrefix(b.String(), "/")
}
