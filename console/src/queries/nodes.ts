// SPDX-License-Identifier: Apache-2.0

import { keepPreviousData, useQuery } from '@tanstack/react-query';

import { getNode, getNodeLogs, listNodes, restartNode } from '../api/nodes';
import { keys } from './keys';
import { useWrite } from './write';

export const useNodes = (cursor?: string) =>
  useQuery({
    queryKey: keys.nodePage(cursor),
    queryFn: () => listNodes(cursor),
    refetchInterval: 5_000,
    placeholderData: keepPreviousData,
  });

export const useNode = (id: string) =>
  useQuery({ queryKey: keys.node(id), queryFn: () => getNode(id), refetchInterval: 3_000 });

export const useNodeLogs = (id: string) =>
  useQuery({ queryKey: keys.nodeLogs(id), queryFn: () => getNodeLogs(id, 200), refetchInterval: 5_000 });

export const useRestartNode = () =>
  useWrite((id: string, key) => restartNode(id, key), [keys.nodes, keys.organizations, keys.platform]);
