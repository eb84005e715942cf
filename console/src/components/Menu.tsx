// SPDX-License-Identifier: Apache-2.0

import { Dropdown, MenuToggle, type MenuToggleProps } from '@patternfly/react-core';
import { useState, type ReactNode } from 'react';

interface Props extends Pick<MenuToggleProps, 'variant' | 'icon' | 'aria-label'> {
  /** What the button says, where it has more than an icon. */
  text?: ReactNode;
  /** The lists of items. */
  children: ReactNode;
}

/** A button that opens a menu. */
export function Menu({ text, children, ...toggle }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: 'end' }}
      toggle={(ref) => (
        <MenuToggle {...toggle} ref={ref} isExpanded={open} onClick={() => setOpen(!open)}>
          {text}
        </MenuToggle>
      )}
    >
      {children}
    </Dropdown>
  );
}
