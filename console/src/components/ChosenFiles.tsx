// SPDX-License-Identifier: Apache-2.0

import { Label, LabelGroup } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

interface Props<F> {
  files: readonly F[];
  onChange: (files: readonly F[]) => void;
}

/** The names of files that were chosen, each of which can be taken back. */
export function ChosenFiles<F extends { readonly name: string }>({ files, onChange }: Props<F>) {
  const { t } = useTranslation();
  if (files.length === 0) return null;
  return (
    <div className="b4a-gap">
      <LabelGroup categoryName={t('clinic.chosen')} numLabels={10}>
        {files.map((f, n) => (
          <Label
            key={`${n} ${f.name}`}
            variant="outline"
            closeBtnAriaLabel={t('clinic.remove', { name: f.name })}
            onClose={() => onChange(files.filter((x) => x !== f))}
          >
            {f.name}
          </Label>
        ))}
      </LabelGroup>
    </div>
  );
}
