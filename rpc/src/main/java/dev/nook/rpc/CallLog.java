package dev.nook.rpc;

import com.google.protobuf.Message;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Logs each call in one line: method, code, milliseconds, the fields of an allow-list, and the
/// claim or pod that it is for; no secrets, mount flags, or other parts of contexts and parameters.
/// Answers and logs, once, whatever a handler throws, so that no call ends as UNKNOWN.
public final class CallLog implements ServerInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger("dev.nook.calls");

  /// Calls that only read, and come every minute; they are logged at a lower level.
  private static final Pattern LOOKS = Pattern.compile(".*(Get|List|Probe|Validate).*");

  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\u2028\u2029]");

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    Logged<A, B> logged = new Logged<>(call);
    try {
      return new Guarded<>(next.startCall(logged, headers), logged);
    } catch (RuntimeException | Error e) {
      logged.close(Statuses.of(e), new Metadata());
      return new ServerCall.Listener<>() {};
    }
  }

  /// Turns what the handler throws into the call's answer.
  private static final class Guarded<A> extends SimpleForwardingServerCallListener<A> {
    private final Logged<A, ?> call;

    Guarded(ServerCall.Listener<A> listener, Logged<A, ?> call) {
      super(listener);
      this.call = call;
    }

    @Override
    public void onMessage(A message) {
      call.received(message);
      guarded(() -> super.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      guarded(super::onHalfClose);
    }

    private void guarded(Runnable handler) {
      try {
        handler.run();
      } catch (RuntimeException | Error e) {
        call.close(Statuses.of(e), new Metadata());
      }
    }
  }

  /// One running call. gRPC uses it from one thread at a time.
  private static final class Logged<A, B> extends SimpleForwardingServerCall<A, B> {
    private final long start = System.nanoTime();
    private @Nullable Message request;
    private @Nullable Message reply;
    private boolean closed;

    Logged(ServerCall<A, B> call) {
      super(call);
    }

    @Override
    public void sendMessage(B message) {
      if (message instanceof Message some) {
        reply = some;
      }
      super.sendMessage(message);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (closed) {
        return;
      }
      closed = true;
      Status answered = Statuses.known(status);
      log(answered);
      super.close(answered, trailers);
    }

    void received(Object message) {
      if (message instanceof Message some) {
        request = some;
      }
    }

    private void log(Status status) {
      String method = getMethodDescriptor().getBareMethodName();
      Level level = level(String.valueOf(method), status);
      if (!LOG.isEnabledForLevel(level)) {
        return;
      }
      double ms = (System.nanoTime() - start) / 1e6;
      String why = status.getDescription() == null ? "" : ": " + status.getDescription();
      String gone = isCancelled() ? " (the caller has gone)" : "";
      String fields = LoggedFields.of(request, reply);
      String line =
          String.format(
              Locale.ROOT, "%s %s %.1f ms%s%s%s", method, status.getCode(), ms, fields, gone, why);
      LOG.atLevel(level).setCause(status.getCause()).log(UNPRINTABLE.matcher(line).replaceAll("�"));
    }

    private static Level level(String method, Status status) {
      return switch (Statuses.turn(status)) {
        case NOBODY -> LOOKS.matcher(method).matches() ? Level.DEBUG : Level.INFO;
        case CALLER -> Level.INFO;
        case LATER -> Level.WARN;
        case OURS -> Level.ERROR;
      };
    }
  }
}
