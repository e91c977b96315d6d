import type { ProblemSentences } from './en.ts';

export const problems: ProblemSentences = {
  advice: {
    previous_action_failed: 'Ela esperava uma ação que falhou. Reenvie ou descarte aquela, e esta vai junto.',
    attempts_exhausted:
      'O outro lado não respondeu por três dias. Verifique a conexão (página Conexões, ou: stagepost doctor). Reenvie quando voltar a funcionar.',
    action_unreadable:
      'Uma versão mais nova do Stagepost salvou esta ação, e esta versão não consegue enviá-la. Execute a versão mais nova e depois reenvie.',
    field_missing:
      'O campo do lead não existe no Kommo. Crie-o na página Conexões, ou com: stagepost doctor --fix. Depois, reenvie.',
    option_missing:
      'Adicione no Kommo a opção que falta no campo de lista, ou mude o valor nas regras para os próximos relatórios. Depois, reenvie.',
    value_type_mismatch:
      'O valor nas regras não combina com o tipo do campo. Use outro campo ou outro valor nas regras para os próximos relatórios. Se o tipo do campo foi mudado no Kommo para aceitar o valor, reenvie; senão, descarte.',
    choice_unknown:
      'O Kommo não tem o valor a definir: falta um campo ou uma opção, ou foi arquivado. Encontre-o com: stagepost doctor. Restaure-o ou adicione-o no Kommo e depois reenvie.',
    assignee_unavailable:
      'O usuário responsável não pode mais receber tarefas. Atribua o lead a outro usuário, crie a tarefa à mão e descarte esta.',
    tag_refused:
      'O Kommo não aceita o nome desta tag. Corrija-o nas regras para os próximos eventos e descarte esta ação.',
    deal_not_found: 'O lead não existe mais no Kommo, então não há onde escrever. Descarte a ação.',
    text_too_long:
      'Encurte o texto da regra. Reenviar manda o texto antigo; por isso, adicione-o à mão no Kommo e depois descarte a ação aqui.',
    text_empty:
      'O texto da regra fica vazio para este lead. Corrija-o para os próximos eventos e descarte esta ação.',
    identifier_refused:
      'O Customer.io não aceita o e-mail ou o ID desta pessoa. Corrija o contato no Kommo, mova o lead de novo e descarte esta ação: ela mantém o endereço errado.',
    payload_too_large:
      'Um valor é grande demais para o Customer.io. Encurte a origem dele nas regras, mova o lead de novo e descarte esta ação.',
    removed:
      'O conteúdo foi removido após o prazo de retenção, então não pode ser reenviado. Descarte a ação. Se o cliente ainda deve receber o e-mail, mova o lead de novo.',
    unauthorized:
      'Um token ou uma chave foi recusado. Troque-o na página Conexões, ou no ambiente e reinicie. Depois, reenvie.',
    callFailed:
      'O outro lado falhou. Verifique a conexão (página Conexões, ou: stagepost doctor). Reenvie quando o outro lado voltar a funcionar.',
    refusedByKommo:
      'O Kommo recusou isto; o texto do erro diz por quê. Corrija a causa no Kommo ou nas regras e depois reenvie.',
    refusedByCustomerio:
      'O Customer.io recusou isto; o texto do erro diz por quê. Corrija a regra ou os dados e depois reenvie. Se o valor recusado está na própria ação, mova o lead de novo e descarte esta.',
  },

  actionNames: {
    change_email: { one: 'troca de e-mail', many: 'trocas de e-mail' },
    identify: { one: 'atualização de pessoa', many: 'atualizações de pessoas' },
    track: { one: 'evento', many: 'eventos' },
    merge: { one: 'mesclagem de perfis', many: 'mesclagens de perfis' },
    remove_person: { one: 'exclusão de uma pessoa', many: 'exclusões de pessoas' },
    lift_suppression: { one: 'supressão a retirar', many: 'supressões a retirar' },
    note: { one: 'nota', many: 'notas' },
    task: { one: 'tarefa', many: 'tarefas' },
    close_task: { one: 'tarefa fechada', many: 'tarefas fechadas' },
    set_field: { one: 'campo', many: 'campos' },
    tags: { one: 'mudança de tags', many: 'mudanças de tags' },
  },
};
