/** A client of the story. Each round has new ones: what the last round's have done would change the next. */
export interface Client {
  /** Of the deal. */
  id: number;
  name: string;
  company: string;
  plan: string;
  price: number;
  email: string;
}

export interface Clients {
  ann: Client;
  ben: Client;
  cleo: Client;
  dora: Client;
}

/** @param round from 1 */
export function clientsOf(round: number): Clients {
  const client = (number: number, name: string, company: string, plan: string, price: number): Client => {
    const local = name.split(' ')[0]!.toLowerCase() + (round === 1 ? '' : `.${round}`);
    const email = `${local}@${company.split(' ')[0]!.toLowerCase()}.example`;
    return { id: 1000 + 10 * (round - 1) + number, name, company, plan, price, email };
  };
  return {
    ann: client(1, 'Ann Lee', 'Acme Ltd', 'Pro', 1200),
    ben: client(2, 'Ben Ortiz', 'Bolt GmbH', 'Basic', 300),
    cleo: client(3, 'Cleo Park', 'Cove Inc', 'Enterprise', 9800),
    dora: client(4, 'Dora Novak', 'Dune SA', 'Pro', 1500),
  };
}
