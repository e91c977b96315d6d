import type { ProblemSentences } from './en.ts';

export const problems: ProblemSentences = {
  advice: {
    previous_action_failed:
      'Esperaba a una acción que falló. Al reintentar o descartar aquella, esta la sigue.',
    attempts_exhausted:
      'El otro lado no respondió durante tres días. Comprobar la conexión (página Conexiones, o: stagepost doctor). Reintentar cuando vuelva a funcionar.',
    action_unreadable:
      'Una versión más nueva de Stagepost guardó esta acción, y esta versión no puede enviarla. Ejecutar la versión más nueva y después reintentar.',
    field_missing:
      'El campo del lead falta en Kommo. Crearlo en la página Conexiones, o con: stagepost doctor --fix. Después, reintentar.',
    option_missing:
      'Añadir en Kommo la opción que falta en el campo de lista, o cambiar el valor en las reglas para los próximos informes. Después, reintentar.',
    value_type_mismatch:
      'El valor de las reglas no corresponde al tipo del campo. Usar otro campo u otro valor en las reglas para los próximos informes. Si en Kommo se cambió el tipo del campo para que admita el valor, reintentar; si no, descartar.',
    choice_unknown:
      'Kommo no tiene el valor que se debe escribir: falta un campo o una opción, o está archivado. Se encuentra con: stagepost doctor. Restaurarlo o añadirlo en Kommo y después reintentar.',
    assignee_unavailable:
      'Al usuario responsable ya no se le pueden asignar tareas. Asignar el lead a otro usuario, crear la tarea a mano y descartar esta.',
    tag_refused:
      'Kommo no acepta el nombre de esta etiqueta. Corregirlo en las reglas para los próximos eventos y descartar esta acción.',
    deal_not_found: 'El lead ya no existe en Kommo, así que no hay dónde escribir. Descartar la acción.',
    text_too_long:
      'Acortar el texto de la regla. Al reintentar se envía el texto anterior, así que conviene añadirlo a mano en Kommo y después descartar la acción aquí.',
    text_empty:
      'El texto de la regla queda vacío para este lead. Corregirlo para los próximos eventos y descartar esta acción.',
    identifier_refused:
      'Customer.io no admite el correo o el ID de esta persona. Corregir el contacto en Kommo, volver a mover el lead y descartar esta acción: conserva la dirección incorrecta.',
    payload_too_large:
      'Un valor es demasiado grande para Customer.io. Acortar su origen en las reglas, volver a mover el lead y descartar esta acción.',
    removed:
      'Su contenido se eliminó al cumplirse el plazo de conservación, así que no se puede reintentar. Descartar la acción. Si el cliente todavía debe recibir el correo, volver a mover el lead.',
    unauthorized:
      'Se rechazó un token o una clave. Cambiarlo en la página Conexiones, o en el entorno y reiniciar. Después, reintentar.',
    callFailed:
      'El otro lado falló. Comprobar la conexión (página Conexiones, o: stagepost doctor). Reintentar cuando el otro lado vuelva a funcionar.',
    refusedByKommo:
      'Kommo lo rechazó; el texto del error dice por qué. Corregir la causa en Kommo o en las reglas y después reintentar.',
    refusedByCustomerio:
      'Customer.io lo rechazó; el texto del error dice por qué. Corregir la regla o los datos y después reintentar. Si el valor rechazado está en la propia acción, volver a mover el lead y descartar esta.',
  },

  actionNames: {
    change_email: { one: 'cambio de correo', many: 'cambios de correo' },
    identify: { one: 'actualización de persona', many: 'actualizaciones de personas' },
    track: { one: 'evento', many: 'eventos' },
    merge: { one: 'fusión de perfiles', many: 'fusiones de perfiles' },
    remove_person: { one: 'eliminación de una persona', many: 'eliminaciones de personas' },
    lift_suppression: { one: 'supresión por retirar', many: 'supresiones por retirar' },
    note: { one: 'nota', many: 'notas' },
    task: { one: 'tarea', many: 'tareas' },
    close_task: { one: 'tarea cerrada', many: 'tareas cerradas' },
    set_field: { one: 'campo', many: 'campos' },
    tags: { one: 'cambio de etiquetas', many: 'cambios de etiquetas' },
  },
};
