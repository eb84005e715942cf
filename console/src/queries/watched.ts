// SPDX-License-Identifier: Apache-2.0

import { useQuery } from '@tanstack/react-query';

import { listWatched, unwatchCertificate, watchCertificate, type NewWatchedCertificate } from '../api/watched';
import { keys } from './keys';
import { useWrite } from './write';

/** The certificates of other authorities that are watched for an organization. */
export const useWatched = (org: string) =>
  useQuery({ queryKey: keys.watched(org), queryFn: () => listWatched(org), refetchInterval: 10_000 });

export const useWatch = (org: string) =>
  useWrite((body: NewWatchedCertificate, key) => watchCertificate(org, body, key), [keys.watched(org)]);
export const useUnwatch = (org: string) => useWrite((id: string) => unwatchCertificate(org, id), [keys.watched(org)]);
