# The tools image with a cp, for the init container that copies /opt/nonroot to a volume:
#
#   docker build -t nonroot-init -f dist/src/main/container/init.Dockerfile \
#     --build-arg NONROOT_IMAGE=nonroot dist/src/main/container
#
# busybox is static, and does what its name says.
ARG BUSYBOX_IMAGE=docker.io/library/busybox:stable-musl
ARG NONROOT_IMAGE=localhost/nonroot
FROM ${BUSYBOX_IMAGE} AS busybox
FROM ${NONROOT_IMAGE}
COPY --from=busybox /bin/busybox /bin/cp
USER 65534:65534
CMD ["/bin/cp", "-R", "/opt/nonroot/.", "/nonroot/"]
