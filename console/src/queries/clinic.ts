// SPDX-License-Identifier: Apache-2.0

import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';

import { checkCertificates, type CertificateCheck } from '../api/clinic';
import { keys } from './keys';

/** What the clinic says of a question; asked anew when the language changes, since the texts are the platform's. */
export const useClinic = (question: CertificateCheck | undefined, asked: number) =>
  useQuery({
    queryKey: keys.clinic(asked, question?.language ?? ''),
    queryFn: question ? () => checkCertificates(question) : skipToken,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 0,
  });
