// SPDX-License-Identifier: Apache-2.0

import { keepPreviousData, useQuery } from '@tanstack/react-query';

import {
  inviteMember,
  listMembers,
  listPeople,
  removeMember,
  resumeMember,
  resumeOrganization,
  resumePerson,
  setMemberRole,
  suspendMember,
  suspendOrganization,
  suspendPerson,
  type Member,
  type NewMember,
  type Role,
} from '../api/members';
import { keys } from './keys';
import { useWrite } from './write';

/** Members of an organization or, without one, of the platform. */
export const useMembers = (org?: string, cursor?: string) =>
  useQuery({ queryKey: keys.memberPage(org, cursor), queryFn: () => listMembers(org, cursor), placeholderData: keepPreviousData });

/** The active members of an organization, to choose from. */
export const useMemberChoices = (org: string, enabled: boolean) =>
  useQuery({
    queryKey: keys.memberChoices(org),
    queryFn: async (): Promise<Member[]> => {
      const all: Member[] = [];
      let cursor: string | undefined;
      do {
        const { items, next } = await listMembers(org, cursor);
        all.push(...items);
        cursor = next;
      } while (cursor);
      return all.filter((m) => m.state === 'active' && m.person.state === 'active');
    },
    enabled,
  });

export const useInviteMember = (org?: string) =>
  useWrite((body: NewMember, key) => inviteMember(org, body, key), [keys.members(org)]);
export const useSetMemberRole = (org?: string) =>
  useWrite(({ member, role }: { member: string; role: Role }, key) => setMemberRole(org, member, role, key), [keys.members(org)]);
export const useSuspendMember = (org?: string) =>
  useWrite((member: string) => suspendMember(org, member), [keys.members(org)]);
export const useResumeMember = (org?: string) => useWrite((member: string) => resumeMember(org, member), [keys.members(org)]);
export const useRemoveMember = (org?: string) => useWrite((member: string) => removeMember(org, member), [keys.members(org)]);

export const useSuspendOrganization = (org: string) =>
  useWrite((reason: string, key) => suspendOrganization(org, reason, key), [keys.organizations]);
export const useResumeOrganization = (org: string) =>
  useWrite((_: undefined, key) => resumeOrganization(org, key), [keys.organizations]);

/** All people with an account. Where a person is suspended as such, no membership gives access. */
export const usePeople = (cursor?: string) =>
  useQuery({ queryKey: keys.peoplePage(cursor), queryFn: () => listPeople(cursor), placeholderData: keepPreviousData });
export const useSuspendPerson = () => useWrite((member: string) => suspendPerson(member), [keys.people, keys.allMembers]);
export const useResumePerson = () => useWrite((member: string) => resumePerson(member), [keys.people, keys.allMembers]);
