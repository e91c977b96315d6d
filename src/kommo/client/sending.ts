import type { Dispatcher } from 'undici';

/**
 * Wraps a dispatcher so that it calls `onSending` once the connection is established and the request's bytes are about to
 * be written. That moment separates a call that was never sent from one without an answer, and starts the limiter's clock.
 */
export function watchSending(dispatcher: Dispatcher, onSending: () => void): Dispatcher {
  return dispatcher.compose(
    (dispatch) => (options, handler) => dispatch(options, watched(handler, onSending)),
  );
}

function watched(handler: Dispatcher.DispatchHandler, onSending: () => void): Dispatcher.DispatchHandler {
  return {
    onRequestStart(controller, context) {
      onSending();
      handler.onRequestStart?.(controller, context);
    },
    onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
    onResponseStart: (...args) => handler.onResponseStart?.(...args),
    onResponseData: (...args) => handler.onResponseData?.(...args),
    onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
    onResponseError: (...args) => handler.onResponseError?.(...args),
  };
}
