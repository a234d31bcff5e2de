package dev.nonroot.dist.app;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;

/** Binds a port by one of Netty's transports; then takes further {@link Steps}. */
@SuppressWarnings("SystemOut")
public final class NettyBind {
  private NettyBind() {}

  public static void main(String[] args) throws Exception {
    Steps.main(new String[] {"sleep=1"});
    IoHandlerFactory handler;
    Class<? extends ServerSocketChannel> type;
    switch (args[0]) {
      case "epoll" -> {
        handler = EpollIoHandler.newFactory();
        type = EpollServerSocketChannel.class;
      }
      case "io_uring" -> {
        handler = IoUringIoHandler.newFactory();
        type = IoUringServerSocketChannel.class;
      }
      default -> {
        handler = NioIoHandler.newFactory();
        type = NioServerSocketChannel.class;
      }
    }
    MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(2, handler);
    Channel channel =
        new ServerBootstrap()
            .group(group)
            .channel(type)
            .childHandler(new ChannelInboundHandlerAdapter())
            .bind(Integer.parseInt(args[1]))
            .sync()
            .channel();
    System.out.println(channel.getClass().getSimpleName());
    Steps.main(new String[] {"ServerSocket=844"});
    System.exit(0);
  }
}
