// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"context"
	"net/http"

	"github.com/blockchain4all/blockchain4all/api"
	"github.com/blockchain4all/blockchain4all/internal/access"
)

func (s *Server) platformRoutes() {
	register(s, route{
		id: "getPlatform", method: http.MethodGet, path: "/platform", tag: "platform",
		summary: "Describe this installation", action: access.PlatformRead,
	}, func(ctx context.Context, _ *none) (*body[api.Platform], error) {
		return answer(s.Platform.Describe(ctx))
	})
	register(s, route{
		id: "getDoctor", method: http.MethodGet, path: "/doctor", tag: "platform",
		summary: "Check the platform's health and say what to do", action: access.DoctorRead,
	}, func(ctx context.Context, _ *none) (*body[api.Report], error) {
		return answer(s.Platform.Diagnose(ctx))
	})
}
