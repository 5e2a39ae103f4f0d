/** What each command of a script can reach, by the wiring of the component that has them (compose/stages.ts). */
import type { AppImport } from "./inspect.ts";
import type { NestedComponent, NestedInstance } from "./nesting.ts";

export interface InspectedStage {
  /** The word by which the script names its program. */
  readonly program: string;
  /** Of the app's imports, those that it gets, with what became of them; `exit` is nobody's, for the next command goes on there. */
  readonly imports: readonly AppImport[];
}

const STAGE = /^stage (\d+): (.*)$/s;

/** In the order of the script; `null` where there are none. `app` is what became of the imports that all of them share. */
export function stagesIn(component: NestedComponent, app: readonly AppImport[] | null): readonly InspectedStage[] | null {
  const instances = stageInstances(component);
  if (instances.length === 0) return null;
  return instances.map(({ program, instance }) => {
    const names = new Set(
      instance.args
        .flatMap(({ sort, from }) => (sort === "type" ? [] : from))
        .flatMap((source) => (source.kind === "import" ? [source.name] : [])),
    );
    return { program, imports: (app ?? []).filter(({ name }) => names.has(name)) };
  });
}

interface StageInstance {
  readonly program: string;
  readonly number: number;
  readonly instance: NestedInstance;
}

/** Of the outermost component that has any. */
function stageInstances({ instances, components }: NestedComponent): readonly StageInstance[] {
  const found = instances.flatMap((instance): readonly StageInstance[] => {
    const [, number, program] = STAGE.exec(instance.name ?? "") ?? [];
    return program === undefined ? [] : [{ program, number: Number(number), instance }];
  });
  if (found.length > 0) return found.sort((left, right) => left.number - right.number);
  return components.map(stageInstances).find((inside) => inside.length > 0) ?? [];
}
