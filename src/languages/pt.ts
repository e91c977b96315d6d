import type { Sentences } from './en.ts';
import { formatsOf } from './formats.ts';
import { health } from './health/pt.ts';
import { problems } from './problems/pt.ts';
import { rules } from './rules/pt.ts';

/*
 * Portuguese of Brazil. Kommo's words: lead, funil, etapa, contato. Keys of the rules and names of events stay as they are.
 */

const { day, roughly, duration } = formatsOf('pt-BR');

/** `1 ação`, `2 ações` */
const actions = (count: number) => (count === 1 ? '1 ação' : `${count} ações`);

export const pt: Sentences = {
  times: {
    justNow: 'agora mesmo',
    secondsAgo: (count) => `há ${count} s`,
    minutesAgo: (count) => `há ${count} min`,
    hoursAgo: (count) => `há ${count} h`,
    onDay: (date, month, year) => `em ${day(date, month, year)}`,
    later: (seconds) => `${roughly(seconds)} depois`,
  },

  reasons: {
    noRule: (stage, pipeline) => `Não há regra para a etapa ${stage} do funil ${pipeline}.`,
    noReaction: (report) => `Não há regra para ${report}, então nada foi escrito no Kommo.`,
    noSyncedField: 'Nenhum campo sincronizado mudou.',
    contactUnknown: 'Este contato ainda não está no Customer.io.',
    contactsUnknown: 'Nenhum contato deste lead está no Customer.io ainda.',
    personUnknown: (person) =>
      `${person} ainda não está no Customer.io: o lead não entrou em uma etapa com regra.`,
    attributesOfOtherDeal: (person, deal) =>
      `Os atributos de ${person} vêm do lead ${deal}, o último que entrou em uma etapa.`,
    dealGone: 'O lead não existe mais no Kommo.',
    dealUnseen: (limit) =>
      `O Kommo ainda não retorna o lead. O evento espera por ele até ${duration(limit)} depois da mudança de etapa.`,
    dealDeleted: 'O lead foi excluído, então seus temporizadores de inatividade foram parados.',
    deletedWhileHeld: 'O lead foi excluído enquanto o evento estava retido.',
    deletedWhileWaiting: 'O lead foi excluído antes de ter um contato com e-mail.',
    noContact: 'O lead não tem contato.',
    contactWithoutEmail: (contact) => `O contato ${contact} não tem e-mail.`,
    waitsForEmail: (limit) =>
      `O evento espera um contato com e-mail, até ${duration(limit)} depois da mudança de etapa.`,
    waitsForContact: (limit) =>
      `O evento espera um contato, até ${duration(limit)} depois da mudança de etapa.`,
    waitedForEmail: (limit) =>
      `O evento esperou ${duration(limit)} por um contato com e-mail (wait_for_contact).`,
    waitedForContact: (limit) => `O evento esperou ${duration(limit)} por um contato (wait_for_contact).`,
    contactTooLate: 'O contato chegou tarde demais.',
    reportedLate: (hours) =>
      `Ignorado: esta mudança de etapa foi informada mais de ${hours} horas depois de acontecer (skip_moves_after).`,
    leftSinceBackfill: 'O lead saiu da etapa depois da carga retroativa.',
    sentByBackfill: 'Uma carga retroativa já enviou o evento desta etapa, depois desta mudança de etapa.',
    sentByLaterChange:
      'O lead entrou de novo na etapa depois da carga retroativa, e essa mudança de etapa enviou o evento.',
    sentOnce: (event, _deal, _day, once) =>
      `${event} já foi enviado, e a regra o envia uma única vez por ${once === 'deal' ? 'lead' : 'contato'} (once: ${once}).`,
    skipsUnmailable:
      'A regra não envia nada para clientes que não recebem e-mails (unmailable_clients: skip).',
    held: (deals, within) =>
      `O evento fica retido até que alguém decida na página de leads retidos: mais de ${deals} leads entraram nesta etapa em ${duration(within)}.`,
    released: (who) => `Liberado por ${who}; o evento é enviado depois dos novos.`,
    discarded: (who, why) => `O evento ficou retido e depois foi descartado por ${who}: ${why}`,
    machine:
      'Isso foi feito por uma máquina (privacidade de e-mail, pré-carregamento ou um verificador de links), não pelo cliente.',
    maybeMachine:
      'O registro de atividade não diz se foi uma pessoa ou uma máquina, então conta como de uma máquina.',
    otherRecipient: (address) =>
      `A mensagem foi enviada para ${address}, que não é o cliente, então o relatório não diz nada sobre o cliente.`,
    notFirst: (report) =>
      `Não é o primeiro ${report} desta mensagem, e a regra só age com o primeiro (repeat: first).`,
    refusedForNow: 'O servidor de e-mail recusou o e-mail só por enquanto; o próximo pode chegar.',
    formerAddress: (address) => `O e-mail foi enviado para ${address}, que não é mais o endereço do cliente.`,
    alreadySet: (field, value) => `${field} já é "${value}", então não há nada a fazer.`,
    laterReport: (field, value) => `Um relatório posterior definiu ${field} como "${value}".`,
    laterReportOtherwise: 'Um relatório posterior diz outra coisa.',
    optedOut: (field, value) =>
      `O cliente cancelou a inscrição (${field} é "${value}"): só uma nova inscrição muda isso.`,
    noClient: 'Nenhum cliente no Kommo corresponde a este relatório.',
    noContactWithEmail: (address) => `Nenhum contato no Kommo tem o e-mail ${address}.`,
    noDealOfContact: (contact) => `O contato ${contact} não tem lead.`,
    noAddressInReport: 'O relatório não traz e-mail, e o Stagepost não conhece esta pessoa.',
    ruleRemoved: (event) => `A regra de inatividade de ${event} foi removida das regras.`,
    activeInTime: (what) => `O cliente esteve ativo a tempo: ${what} chegou antes do fim do prazo.`,
    notContactAnyMore: (person) => `${person} não é mais contato do lead.`,
    leftStageOfTimer: 'O lead saiu da etapa que iniciou o temporizador (stop_when: stage_left).',
    timerStopped: 'Parou o temporizador de inatividade.',
  },

  reasonCodes: {
    unsubscribed: 'O cliente cancelou a inscrição.',
    complained: 'O cliente marcou um e-mail como spam.',
    bounced: 'O endereço do cliente retorna os e-mails.',
    suppressed: 'O endereço do cliente está em uma lista de supressão.',
    no_address: 'O cliente não tem e-mail.',
    no_contact: 'O lead não tem um contato com e-mail.',
    no_rule: 'A etapa não tem regra.',
    condition: 'A condição da regra não é atendida (if).',
    once: 'A regra envia seu evento uma única vez, e já o enviou (once).',
    repeated: 'O evento desta etapa já foi enviado.',
    late: 'A mudança de etapa foi informada tarde demais, ou seu contato chegou tarde demais.',
    left: 'O lead saiu da etapa antes do envio do evento.',
    gone: 'O Kommo não retorna o lead.',
    failed: 'O evento não pôde ser processado.',
  },

  events: {
    deal: (id) => `O lead ${id}`,
    stage: (id) => `etapa ${id}`,
    stageOf: (stage, pipeline) => `"${stage}" (${pipeline})`,
    backfilledIn: (backfill, deal, stage) => `Carga retroativa ${backfill}: ${deal} está em ${stage}`,
    backfilled: (backfill, deal) => `Carga retroativa ${backfill}: ${deal}`,
    dealWithin: (id) => `lead ${id}`,
    dealCreated: (deal, stage) => `${deal} foi criado em ${stage}`,
    dealMoved: (deal, from, to) => `${deal} passou de "${from}" para ${to}`,
    dealChanged: (deal) => `${deal} mudou`,
    dealDeleted: (deal) => `${deal} foi excluído`,
    dealRestored: (deal) => `${deal} foi restaurado`,
    contactChanged: (id) => `O contato ${id} mudou`,
    contactDeleted: (id) => `O contato ${id} foi excluído`,
    contactRestored: (id) => `O contato ${id} foi restaurado`,
    contactMerged: (id) => `Vários contatos foram mesclados no contato ${id}`,
    inactivity: (event) => `Sem atividade desde ${event}`,
    removed: (kind) => `${kind} (o conteúdo foi removido após o prazo de retenção)`,
  },

  reports: {
    sent: (_by, message, to) => `${message} foi enviado para ${to}`,
    delivered: (_by, message, to) => `${message} foi entregue a ${to}`,
    opened: (by, message, _to) => `${by} abriu ${message}`,
    clicked: (by, message, _to) => `${by} clicou em um link de ${message}`,
    replied: (by, message, _to) => `${by} respondeu a ${message}`,
    converted: (by, message, _to) => `${by} atingiu o objetivo de ${message}`,
    bounced: (_by, message, to) => `${message} para ${to} retornou`,
    dropped: (_by, message, to) => `${message} não foi enviado para ${to}`,
    deferred: (_by, message, to) => `${message} para ${to} está atrasado`,
    failed: (_by, message, to) => `${message} para ${to} falhou`,
    undeliverable: (_by, message, to) => `${message} para ${to} não pôde ser entregue`,
    spammed: (by, message, _to) => `${by} marcou ${message} como spam`,
    subscribed: (by, _message, _to) => `${by} se inscreveu`,
    unsubscribed: (by, _message, _to) => `${by} cancelou a inscrição`,
    cio_subscription_preferences_changed: (by, _message, _to) => `${by} mudou suas preferências de inscrição`,
  },
  otherReport: (name, to) => `O Customer.io informa ${name} para ${to}`,
  machine: (client) => `Uma máquina (não ${client})`,
  somebody: 'alguém',

  messages: {
    email: 'um e-mail',
    in_app: 'um aviso no app',
    push: 'um aviso push',
    slack: 'um texto no Slack',
    sms: 'um SMS',
    whatsapp: 'um texto no WhatsApp',
    other: 'um envio',
  },

  steps: {
    sent: 'enviado',
    delivered: 'entregue',
    opened: 'aberto',
    clicked: 'clicado',
    replied: 'respondido',
    converted: 'objetivo atingido',
    unsubscribed: 'inscrição cancelada',
    spammed: 'marcado como spam',
    bounced: 'retornado',
    dropped: 'não enviado',
    failed: 'não pôde ser enviado',
    undeliverable: 'não pôde ser entregue',
    addressSuppressed: 'não enviado: o endereço está suprimido',
    times: (count) => (count === 1 ? '1 vez' : `${count} vezes`),
    byMachine: 'por uma máquina',
    byMachines: 'por máquinas',
  },

  senders: {
    campaign: 'Campanha',
    newsletter: 'Newsletter',
    broadcast: 'Transmissão',
    transactional: 'Mensagem transacional',
    withMessage: (sender, message) => `${sender}, mensagem "${message}"`,
  },

  actions: {
    note: (deal, text) => `Kommo: nota no lead ${deal}: ${text}`,
    task: (deal, due, text) => `Kommo: tarefa no lead ${deal}, para ${due}: ${text}`,
    closeTask: (deal, text) => `Kommo: fechar a tarefa do lead ${deal}: ${text}`,
    setField: (deal, field, value) => `Kommo: ${field} = ${value} no lead ${deal}`,
    tags: (deal, changes) => `Kommo: tags do lead ${deal}: ${changes}`,
    track: (event, person) => `Customer.io: evento ${event} de ${person}`,
    identify: (person, attributes) =>
      `Customer.io: identificar ${person}, ${attributes} ${attributes === 1 ? 'atributo' : 'atributos'}`,
    subscribe: (person) => `Customer.io: inscrever ${person}`,
    unsubscribe: (person) => `Customer.io: cancelar a inscrição de ${person}`,
    deletePerson: (person) => `Customer.io: excluir ${person}`,
    merge: (from, into) => `Customer.io: mesclar o perfil ${from} com ${into}`,
    changeEmail: (from, to) => `Customer.io: trocar o e-mail ${from} por ${to}`,
    setEmailAgain: (email, person) => `Customer.io: definir de novo o e-mail ${email} de ${person}`,
    removeEmail: (email, person) => `Customer.io: remover o e-mail ${email} de ${person}`,
    liftSuppression: (email) => `Customer.io: tirar ${email} das listas de supressão do provedor de e-mail`,
    checkSuppression: (email) => `Customer.io: consultar se o provedor de e-mail suprime ${email}`,
  },

  mailability: {
    unsubscribed: (when) => `cancelou a inscrição ${when}`,
    complained: (when) => `marcou um e-mail como spam ${when}`,
    bounced: (when) => `o endereço retornou o e-mail ${when}`,
    suppressed: (when) => `o endereço estava em uma lista de supressão ${when}`,
    no_address: (_when) => 'não tem e-mail',
    can: 'pode receber e-mails',
    cannot: (reason) => `não pode receber e-mails: ${reason}`,
  },

  origins: {
    report: 'informado pelo Customer.io',
    activity: 'encontrado nos registros de atividade do Customer.io, sem relatório',
    kommo: 'definido no Kommo',
    kommoBy: (who) => `definido no Kommo por ${who}`,
    console: 'definido no Stagepost',
    consoleBy: (who) => `definido no Stagepost por ${who}`,
  },

  answer: {
    theClient: 'O cliente',
    thisClient: 'este cliente',
    notGot: (name) => `${name} não recebeu nenhum e-mail`,
    notGotYet: (name) => `${name} ainda não recebeu nenhum e-mail`,
    getsNone: (name, reason) => `${name} não recebe e-mails: ${reason}.`,
    getsNoMore: (name, reason) => `${name} não recebe mais e-mails: ${reason}.`,
    but: (text) => `Mas ${text}`,
    noReason: 'não há nenhum motivo salvo',
    waitsForContact: 'o evento espera um contato com e-mail',
    held: 'o evento fica retido até que alguém decida',
    noneReachesIt: 'então nenhum e-mail chega a ele',
    nowhereToSend: 'então não há para onde enviar',
    nothingSent: 'então o Customer.io não envia nada',
    accepted: (event, when) => `O evento${event === null ? '' : ` ${event}`} foi aceito ${when}.`,
    noCampaign: (event) => `nenhuma campanha ativa no Customer.io começa com o evento ${event}.`,
    noneReported: (name) => `Desde então o Customer.io não informou nenhum e-mail para ${name}.`,
    campaignMayWait: 'A campanha pode esperar, excluir o cliente ou estar parada: veja lá.',
    nothingMoreSent: (title) => `${title}, então nada mais é enviado para ele.`,
    noStageYet: (name) =>
      `Nenhum lead de ${name} entrou em uma etapa ainda, então o Stagepost não iniciou nenhuma campanha.`,
    timers: (events) =>
      events.length === 1
        ? `O temporizador de inatividade de ${events[0]} está em andamento.`
        : `Os temporizadores de inatividade de ${events.join(', ')} estão em andamento.`,
    afterColon: (text) =>
      text.replace(/^(Não|Nenhum|O|A|Os|Este|Esta|Isso|Uma?) /, (word) => word.toLowerCase()),
    undecided: 'O Stagepost ainda não decidiu o que fazer.',
    lastAttemptFailed: (error) => `A última tentativa falhou: ${error}`,
    waitsToBeSent: (event, done, all) =>
      `${event === null ? 'o evento' : `o evento ${event}`} espera o envio (${done} de ${actions(all)} concluídas).`,
    refused: (count, first, error) =>
      `${count === 1 ? '1 ação foi recusada' : `${count} ações foram recusadas`}: ${first} A resposta: ${error}`,
    anActionRefused: 'uma ação foi recusada.',
    removed: 'removido',
    nothingStored: (what) =>
      `O Stagepost não guardou nada sobre ${what}. Se deveria haver algo, verifique a configuração com: stagepost doctor`,
    unknownDeal: (id) =>
      `o lead ${id}: nenhum webhook o citou, e o registro de eventos do Kommo não tem nenhuma mudança de etapa dele`,
    unknownClient: (address) =>
      `${address}: nenhum de seus leads entrou em uma etapa, e nenhum relatório do Customer.io o citou`,
    maybeUnprocessed: (address, reason) =>
      `O Stagepost ainda não guardou nada sobre ${address}. Há mudanças de etapa e relatórios à espera de processamento, e os dele podem estar entre eles: ${reason}`,
    severalMatch: (count, typed) => `${count} clientes ou leads correspondem a "${typed}". Escolha um deles.`,
    noneMatches: (typed) =>
      `Nenhum cliente ou lead corresponde a "${typed}". O Stagepost conhece os clientes cujo lead entrou em uma etapa desde a conexão, e os que receberam e-mails.`,
  },

  email: {
    unnamed: 'o e-mail',
    named: (subject) => `o e-mail "${subject}"`,
    ofCampaign: (email, campaign) => `${email} da campanha "${campaign}"`,
    sent: (email, name, when) =>
      `${email} para ${name} foi enviado ${when}. A entrega ainda não foi informada.`,
    got: (name, email, when) => `${name} recebeu ${email} ${when}`,
    clicked: (got) => `${got} e clicou em um link.`,
    opened: (got) => `${got} e o abriu.`,
    openedByMachine: (got) =>
      `${got}. Até agora só uma máquina o abriu (privacidade de e-mail, pré-carregamento ou um verificador de links).`,
    notOpened: (got) => `${got}. Ainda não foi aberto.`,
    notGot: (name, email, failure, when, details) =>
      `${name} não recebeu ${email}: ${failure} ${when}${details === null ? '' : ` (${details})`}.`,
    failures: {
      bounced: 'ele retornou',
      dropped: 'o Customer.io não o enviou, porque o endereço está suprimido,',
      failed: 'o Customer.io não conseguiu enviá-lo',
      undeliverable: 'o Customer.io não conseguiu entregá-lo',
    },
  },

  withoutEmail: {
    unsubscribed: 'Sem e-mail: o cliente tinha cancelado a inscrição',
    complained: 'Sem e-mail: o cliente tinha marcado um e-mail como spam',
    bounced: 'Sem e-mail: o endereço tinha retornado o e-mail',
    suppressed: 'Sem e-mail: o endereço está em uma lista de supressão',
    no_address: 'Sem e-mail: o cliente não tem endereço de e-mail',
    notYet: 'Nenhum e-mail informado ainda',
    none: 'Nenhum e-mail informado: a campanha pode esperar, excluir o cliente ou estar parada',
  },

  problems,
  rules,
  health,
};
