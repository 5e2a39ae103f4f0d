/**
 * The resources of wasi:http/types by which a component is asked: they have to be there, since they are of the same
 * interface, but an adapter below a component has nobody to ask it.
 */
export class IncomingRequest {
  method(): never {
    return refuse();
  }

  pathWithQuery(): never {
    return refuse();
  }

  scheme(): never {
    return refuse();
  }

  authority(): never {
    return refuse();
  }

  headers(): never {
    return refuse();
  }

  consume(): never {
    return refuse();
  }

  [Symbol.dispose](): void {}
}

export class OutgoingResponse {
  constructor() {
    refuse();
  }

  statusCode(): never {
    return refuse();
  }

  setStatusCode(): never {
    return refuse();
  }

  headers(): never {
    return refuse();
  }

  body(): never {
    return refuse();
  }

  [Symbol.dispose](): void {}
}

export class ResponseOutparam {
  sendInformational(): never {
    return refuse();
  }

  static set(): never {
    return refuse();
  }

  [Symbol.dispose](): void {}
}

function refuse(): never {
  throw new Error("`httpAdapter` answers requests of the app, and hands none to it");
}
