// SPDX-License-Identifier: Apache-2.0

import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';

import { anchorAudit, exportAudit, listAudit, type AuditFilter } from '../api/audit';
import { saveFile } from '../device/saveFile';
import { keys } from './keys';
import { useWrite } from './write';

export const useAudit = (filter: AuditFilter, cursor?: string) =>
  useQuery({
    queryKey: keys.auditPage(filter, cursor),
    queryFn: () => listAudit(filter, cursor),
    placeholderData: keepPreviousData,
  });

export const useAnchorAudit = () => useWrite((_: null, key) => anchorAudit(key), [keys.audit]);

/** Downloads what a filter selects as JSON lines. */
export const useExportAudit = () =>
  useMutation({
    mutationFn: async (filter: AuditFilter) => {
      const { blob, name } = await exportAudit(filter);
      saveFile(name, blob);
    },
  });
