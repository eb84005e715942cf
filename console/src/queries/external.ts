// SPDX-License-Identifier: Apache-2.0

import { useQuery } from '@tanstack/react-query';

import {
  getMSP,
  installNodeCertificates,
  listNodeRequests,
  recordCertificate,
  updateMSP,
  type MSPUpdate,
  type RecordedCertificate,
} from '../api/external';
import { keys } from './keys';
import { useWrite } from './write';

export const useMSP = (org: string) => useQuery({ queryKey: keys.msp(org), queryFn: () => getMSP(org), refetchInterval: 5_000 });

export const useUpdateMSP = (org: string) =>
  useWrite((body: MSPUpdate, key) => updateMSP(org, body, key), [keys.organization(org), keys.operations]);

/** The requests of a node: on the same keys each time, so they are asked for once. */
export const useNodeRequests = (node: string) =>
  useQuery({ queryKey: keys.nodeRequests(node), queryFn: () => listNodeRequests(node), staleTime: Infinity });

export const useInstallNodeCertificates = (org: string, node: string) =>
  useWrite((pem: string, key) => installNodeCertificates(node, pem, key), [keys.organization(org), keys.nodes, keys.operations]);

export const useRecordCertificate = (org: string) =>
  useWrite((body: RecordedCertificate, key) => recordCertificate(org, body, key), [keys.certificates(org), keys.applications(org)]);
