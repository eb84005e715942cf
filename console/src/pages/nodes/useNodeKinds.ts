// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

import type { Node } from '../../api/nodes';

export function useNodeKinds(): Record<Node['kind'], string> {
  const { t } = useTranslation();
  return { peer: t('nodeKind.peer'), orderer: t('nodeKind.orderer') };
}
