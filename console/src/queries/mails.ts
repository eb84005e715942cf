// SPDX-License-Identifier: Apache-2.0

import { keepPreviousData, useQuery } from '@tanstack/react-query';

import { discardMail, listMails, retryMail, type MailState } from '../api/mails';
import { keys } from './keys';
import { useWrite } from './write';

/** Mails that were not delivered, oldest first. */
export const useMails = (state: MailState, cursor?: string) =>
  useQuery({
    queryKey: keys.mailPage(state, cursor),
    queryFn: () => listMails(state, cursor),
    refetchInterval: 5_000,
    placeholderData: keepPreviousData,
  });

export const useRetryMail = () => useWrite(retryMail, [keys.mails]);
export const useDiscardMail = () => useWrite((mail: string) => discardMail(mail), [keys.mails]);
