import type { Health, HealthItem, Proof, SideHealth } from '../../../health/health.ts';
import { LANGUAGES, type Sentences } from '../../../languages/languages.ts';
import { createTranslator } from '../../../languages/translate-sentence.ts';

const english = LANGUAGES.en;
const translateMessage = createTranslator(english.health.messages);
const translateTodo = createTranslator(english.health.otherTodos);

/** Health in the reader's language. Error texts of others stay as they came, after what they mean. */
export function translateHealth(health: Health, words: Sentences): Health {
  if (words === english) return health;
  const side = (one: SideHealth) => translateSide(one, words);
  return {
    ...health,
    installation: side(health.installation),
    connections: health.connections.map((one) => ({ ...one, sides: one.sides.map(side) })),
  };
}

function translateSide(side: SideHealth, words: Sentences): SideHealth {
  const items = side.items.map((item) => ({ item, ...translateItem(item, words) }));
  return {
    ...side,
    items: items.map(({ item, message, todo }) => ({ ...item, message, todo })),
    proofs: side.proofs.map((proof) => translateProof(proof, items, words)),
  };
}

interface Translated {
  item: HealthItem;
  message: string;
  todo: string;
}

function translateItem({ code, message, todo }: HealthItem, { health }: Sentences): Omit<Translated, 'item'> {
  return {
    message: translateMessage(message, health.messages) ?? explained(code, message, health),
    todo:
      todo === textOf(english.health.todos, code)
        ? (textOf(health.todos, code) ?? todo)
        : (translateTodo(todo, health.otherTodos) ?? todo),
  };
}

/** What the code means, with the English particulars where there are any. */
function explained(code: string, message: string, { meanings }: Sentences['health']): string {
  const meaning = textOf(meanings, code);
  if (meaning === null) return message;
  return message === textOf(english.health.meanings, code) ? meaning : `${meaning} (${message})`;
}

function translateProof(proof: Proof, items: Translated[], { health }: Sentences): Proof {
  const { title, by, todo } = health.proofs[proof.name];
  return { ...proof, title, by: proof.by === null ? null : by, todo: particularTodo(proof, items) ?? todo };
}

/** What is missing says what an item says: what to do, or the message with it. */
function particularTodo(proof: Proof, items: Translated[]): string | null {
  for (const { item, message, todo } of items) {
    if (proof.todo === item.todo) return todo;
    if (proof.todo === `${item.message} ${item.todo}`) return `${message} ${todo}`;
  }
  return null;
}

function textOf(texts: Record<string, string>, code: string): string | null {
  return Object.hasOwn(texts, code) ? texts[code]! : null;
}
