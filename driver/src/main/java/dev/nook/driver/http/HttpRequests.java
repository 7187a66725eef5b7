package dev.nook.driver.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers the first request of a connection, whatever its body, and closes the connection. Further
/// requests are not read, so they cannot pile up answers that nobody fetches.
final class HttpRequests extends SimpleChannelInboundHandler<HttpObject> {
  private static final Logger LOG = LoggerFactory.getLogger(HttpRequests.class);

  private final Map<String, Supplier<HttpAnswer>> paths;
  private final Runnable asked;
  private boolean answered;

  /// @param asked runs before the answer is written
  HttpRequests(Map<String, Supplier<HttpAnswer>> paths, Runnable asked) {
    this.paths = paths;
    this.asked = asked;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext client, HttpObject part) {
    if (answered || !(part instanceof HttpRequest request)) {
      return;
    }
    answered = true;
    asked.run();
    client.channel().config().setAutoRead(false);
    var _ = client.writeAndFlush(response(request)).addListener(ChannelFutureListener.CLOSE);
  }

  private FullHttpResponse response(HttpRequest request) {
    HttpAnswer answer = answer(request);
    boolean head = request.method().equals(HttpMethod.HEAD);
    var response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(answer.status()),
            head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(answer.body()));
    response
        .headers()
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
        .set(HttpHeaderNames.CONTENT_TYPE, answer.type())
        .setInt(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
    return response;
  }

  private HttpAnswer answer(HttpRequest request) {
    if (!request.decoderResult().isSuccess()) {
      return HttpAnswer.text(HttpResponseStatus.BAD_REQUEST.code(), "not an HTTP request");
    }
    Supplier<HttpAnswer> known = paths.get(new QueryStringDecoder(request.uri()).rawPath());
    if (known == null) {
      return HttpAnswer.text(HttpResponseStatus.NOT_FOUND.code(), "not found");
    }
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      return HttpAnswer.text(HttpResponseStatus.METHOD_NOT_ALLOWED.code(), "only GET");
    }
    try {
      return known.get();
    } catch (RuntimeException e) {
      LOG.error("no answer to {}", request.uri(), e);
      return HttpAnswer.text(HttpResponseStatus.INTERNAL_SERVER_ERROR.code(), "see the log");
    }
  }

  /// Handles a client that went away, timed out or does not speak HTTP.
  @Override
  public void exceptionCaught(ChannelHandlerContext client, Throwable cause) {
    LOG.debug("a connection ended", cause);
    var _ = client.close();
  }
}
