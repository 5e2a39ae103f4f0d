/** Texts that have little room, in drawings. */

/** Words with commas between them, in lines of so many columns where the words allow it; all but the first are indented. */
export function filled(start: string, words: readonly string[], columns: number): readonly string[] {
  const lines: string[] = [];
  let line = start;
  words.forEach((word, i) => {
    const text = i === words.length - 1 ? word : `${word},`;
    if (`${line} ${text}`.length <= columns) line += ` ${text}`;
    else {
      lines.push(line);
      line = `  ${text}`;
    }
  });
  return [...lines, line];
}

export function shortened(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;
}
