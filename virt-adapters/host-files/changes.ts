// wasi-nest:virtual/changes (wit/changes.wit): what became of the host's directories in overlays, for whoever embeds the component.

import { err, okList } from "../abi/result";
import { prepareMounts } from "../files/host-mounts";
import { listChanges, listed } from "../files/list";
import { reset } from "../io/call";

export function virtual_changes__list(): usize {
  prepareMounts();
  const list = listChanges();
  return list ? okList(list, listed()) : err(0);
}

export function virtual_changes__list__post(_result: usize): void {
  reset();
}
