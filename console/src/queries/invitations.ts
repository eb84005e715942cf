// SPDX-License-Identifier: Apache-2.0

import { useQuery } from '@tanstack/react-query';

import {
  acceptLedgerInvitation,
  declineLedgerInvitation,
  inviteToLedger,
  listLedgerInvitations,
  lookUpLedgerInvitation,
  revokeLedgerInvitation,
  type LedgerInvitation,
  type NewLedgerInvitation,
} from '../api/invitations';
import type { Schemas } from '../api/client';
import { keys } from './keys';
import { useWrite } from './write';

type Answer = { invitation: string } & Schemas['InvitationAnswer'];

/** Invitations from and to the caller's organization, newest first, all of them: they end after a month. */
export const useLedgerInvitations = (enabled: boolean) =>
  useQuery({
    queryKey: keys.ledgerInvitationList,
    queryFn: async (): Promise<LedgerInvitation[]> => {
      const all: LedgerInvitation[] = [];
      let cursor: string | undefined;
      do {
        const { items, next } = await listLedgerInvitations(cursor);
        all.push(...items);
        cursor = next;
      } while (cursor);
      return all;
    },
    refetchInterval: 10_000,
    enabled,
  });

/** The invitation of a mailed link. */
export const useLedgerInvitation = (code: string) =>
  useQuery({ queryKey: keys.ledgerInvitation(code), queryFn: () => lookUpLedgerInvitation(code), enabled: code !== '', retry: false });

export const useInviteToLedger = (ledger: string) =>
  useWrite((body: NewLedgerInvitation, key) => inviteToLedger(ledger, body, key), [keys.ledgerInvitations]);
export const useAcceptLedgerInvitation = () =>
  useWrite(
    ({ invitation, ...body }: Answer, key) => acceptLedgerInvitation(invitation, body, key),
    [keys.ledgerInvitations, keys.ledgers, keys.operations],
  );
export const useDeclineLedgerInvitation = () =>
  useWrite(({ invitation, ...body }: Answer) => declineLedgerInvitation(invitation, body), [keys.ledgerInvitations]);
export const useRevokeLedgerInvitation = () =>
  useWrite(
    ({ invitation, inviter }: { invitation: string; inviter: string }) => revokeLedgerInvitation(invitation, inviter),
    [keys.ledgerInvitations],
  );
