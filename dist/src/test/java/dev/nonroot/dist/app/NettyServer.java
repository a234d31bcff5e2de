package dev.nonroot.dist.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;

/** A server by Netty. The arguments are the transport, nio or epoll, and the keystore. */
public final class NettyServer extends ChannelInitializer<SocketChannel> {
  private final SslContext tls;

  private NettyServer(SslContext tls) {
    this.tls = tls;
  }

  public static void main(String[] args) throws Exception {
    boolean epoll = args[0].equals("epoll");
    IoHandlerFactory transport = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    Class<? extends ServerSocketChannel> type =
        epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    ServerBootstrap bootstrap =
        new ServerBootstrap().group(new MultiThreadIoEventLoopGroup(transport)).channel(type);
    SslContext tls = SslContextBuilder.forServer(Keys.of(args[1])).build();
    bootstrap.childHandler(new NettyServer(null)).bind(80).sync();
    bootstrap.clone().childHandler(new NettyServer(tls)).bind(443).sync();
  }

  @Override
  protected void initChannel(SocketChannel channel) {
    ChannelPipeline pipeline = channel.pipeline();
    if (tls != null) {
      pipeline.addLast(tls.newHandler(channel.alloc()));
    }
    pipeline.addLast(new HttpServerCodec(), new HttpObjectAggregator(8192), new Answers());
  }

  private static final class Answers extends SimpleChannelInboundHandler<FullHttpRequest> {
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // a client that is gone misses nothing
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request)
        throws IOException {
      ByteBuf page = Unpooled.wrappedBuffer(Pages.at(request.uri()).getBytes(US_ASCII));
      FullHttpResponse response =
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, page);
      HttpUtil.setContentLength(response, page.readableBytes());
      context.writeAndFlush(response);
    }
  }
}
