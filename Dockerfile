# The image holds one static program, certificates and two folders; no shell, no package manager.
FROM golang:1.26-bookworm AS build
WORKDIR /src
ENV CGO_ENABLED=0 GOTOOLCHAIN=local
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=unknown
RUN go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=${VERSION}" -o /out/tracker ./cmd/tracker
RUN mkdir -p /out/own && mkdir -m 700 /out/own/data /out/own/tmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/tracker /tracker
# The two folders as they are below this one, so that they stay closed to others.
COPY --from=build --chown=65532:65532 /out/own/ /
USER 65532:65532
ENV TRACKER_DATA=/data TRACKER_ADDR=0.0.0.0:8080
VOLUME ["/data"]
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["/tracker", "doctor", "--probe", "http://127.0.0.1:8080/readyz"]
ENTRYPOINT ["/tracker"]
CMD ["serve"]
