// SPDX-License-Identifier: Apache-2.0

import { answer, http, once, page, type Schemas } from './client';

export type Member = Schemas['Member'];
export type NewMember = Schemas['NewMember'];
export type Role = Member['role'];

/** Members of an organization or, without one, of the platform. */
export const listMembers = (org: string | undefined, cursor?: string) => {
  const query = { cursor, limit: 50 };
  return org
    ? page(http.GET('/organizations/{org}/members', { params: { path: { org }, query } }))
    : page(http.GET('/platform/members', { params: { query } }));
};

export const inviteMember = (org: string | undefined, body: NewMember, key: string) =>
  org
    ? answer(http.POST('/organizations/{org}/members', { params: { path: { org } }, body, ...once(key) }))
    : answer(http.POST('/platform/members', { body, ...once(key) }));

export const setMemberRole = (org: string | undefined, member: string, role: Role, key: string) =>
  org
    ? answer(http.PUT('/organizations/{org}/members/{member}', { params: { path: { org, member } }, body: { role }, ...once(key) }))
    : answer(http.PUT('/platform/members/{member}', { params: { path: { member } }, body: { role }, ...once(key) }));

export const suspendMember = (org: string | undefined, member: string) =>
  org
    ? answer(http.POST('/organizations/{org}/members/{member}/suspend', { params: { path: { org, member } } }))
    : answer(http.POST('/platform/members/{member}/suspend', { params: { path: { member } } }));

export const resumeMember = (org: string | undefined, member: string) =>
  org
    ? answer(http.POST('/organizations/{org}/members/{member}/resume', { params: { path: { org, member } } }))
    : answer(http.POST('/platform/members/{member}/resume', { params: { path: { member } } }));

export const removeMember = (org: string | undefined, member: string) =>
  org
    ? answer(http.DELETE('/organizations/{org}/members/{member}', { params: { path: { org, member } } }))
    : answer(http.DELETE('/platform/members/{member}', { params: { path: { member } } }));

export const suspendOrganization = (org: string, reason: string, key: string) =>
  answer(http.POST('/organizations/{org}/suspend', { params: { path: { org } }, body: { reason }, ...once(key) }));
export const resumeOrganization = (org: string, key: string) =>
  answer(http.POST('/organizations/{org}/resume', { params: { path: { org } }, ...once(key) }));

export type Person = Schemas['Person'];

/** All people with an account, wherever they belong. */
export const listPeople = (cursor?: string) => page(http.GET('/people', { params: { query: { cursor, limit: 50 } } }));
export const suspendPerson = (member: string) => answer(http.POST('/people/{member}/suspend', { params: { path: { member } } }));
export const resumePerson = (member: string) => answer(http.POST('/people/{member}/resume', { params: { path: { member } } }));
