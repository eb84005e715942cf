// SPDX-License-Identifier: Apache-2.0

import { Button } from '@patternfly/react-core';
import type { ReactNode } from 'react';

interface Props {
  icon: ReactNode;
  /** Its whole name, which says of what. */
  label: string;
  isDisabled?: boolean;
  onClick: () => void;
}

/** A small button of a row, of an icon alone: its name is read out, and shown by the pointer. */
export function IconButton({ icon, label, isDisabled, onClick }: Props) {
  return <Button variant="plain" size="sm" icon={icon} aria-label={label} title={label} isDisabled={isDisabled} onClick={onClick} />;
}
